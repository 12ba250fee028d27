extension CommandOutput {
  /// The outputs of commands about a workspace and the machine.
  static var workspaces: [CommandOutput] {
    [
      CommandOutput(
        "init", ["amm init --json"],
        [
          .always("workspace", .text, "The new folder."),
          .always("profiles", .integer, "The number of profiles in it."),
          .always(
            "instances",
            .list(
              .object([
                .always("name", .text, "The instance."),
                .always("profile", .text, "The profile that it serves."),
              ])), "The instances."),
        ]),
      CommandOutput(
        "doctor", ["amm doctor --json"],
        [
          .always(
            "findings",
            .list(
              .object([
                .always("subject", .text, "What was checked."),
                .always(
                  "state", .text(values: ["ok", "warning", "error", "unseen"]), "The result."),
                .always("message", .text, "The result in words."),
                .sometimes("fix", .text, "The command that fixes it."),
              ])), "The checks, in order.")
        ]),
      CommandOutput(
        "validate", ["amm validate --json"],
        [
          .always("diagnostics", .list(.object(diagnostic)), "The problems, by file and line."),
          .always("errors", .integer, "The number of errors."),
          .always("warnings", .integer, "The number of warnings."),
          .always(
            "needs_trust", .texts,
            "Parts that the user must agree to with 'amm trust' before they run."),
        ]),
      CommandOutput("explain", ["amm explain CODE --json"], rule),
      CommandOutput(
        "explain-list", ["amm explain --list --json"],
        [.always("rules", .list(.object(rule)), "The rules, by code.")]),
      CommandOutput(
        "generate", ["amm generate --json", "amm generate --check --json"],
        [
          .always("folder", .text, "The folder."),
          .always("files", .integer, "The number of files that belong there."),
          .always("changes", .list(.object(change)), "The files that changed or would change."),
        ]),
      CommandOutput(
        "lock", ["amm lock --json"],
        [
          .always(
            "entries",
            .list(
              .object([
                .always("key", .text, "The model or image."),
                .always(
                  "change", .text(values: ["added", "moved", "same", "removed", "failed"]),
                  "What became of its entry."),
                .always("message", .text, "The same in words."),
                .sometimes("kind", .text, "The kind of failure."),
                .sometimes("help", .text, "What to do about it."),
              ])), "The entries that were looked up.")
        ]),
      CommandOutput(
        "lock-check", ["amm lock --check --json"],
        [
          .always(
            "findings",
            .list(
              .object([
                .sometimes("key", .text, "The model or image; missing for the file itself."),
                .always("message", .text, "The difference."),
                .always("wrong", .boolean, "Whether it is an error."),
              ])), "The differences.")
        ]),
      CommandOutput(
        "lock-verify", ["amm lock --verify --json"],
        [
          .always("verified", .texts, "Models whose files match the lock."),
          .always("absent", .texts, "Models that are not on this machine."),
          .always(
            "findings",
            .list(
              .object([
                .always("key", .text, "The model."),
                .sometimes("file", .text, "Its file."),
                .always("problem", .text, "The difference."),
              ])), "The differences."),
        ]),
      CommandOutput(
        "trust", ["amm trust --show --json"],
        [
          .always(
            "parts",
            .list(
              .object([
                .always("name", .text, "The part of the workspace."),
                .always("summary", .text, "What it does."),
                .always("runs", .texts, "The commands that it runs."),
                .always("trusted", .boolean, "Whether this user agreed to it."),
              ])), "The parts that run commands on this machine.")
        ]),
      CommandOutput(
        "clean", ["amm clean --json"],
        [
          .always(
            "unused",
            .list(
              .object([
                .always("kind", .text, "'volume', 'image' or 'model'."),
                .always("name", .text, "Its name."),
                .sometimes("bytes", .integer, "Its size in bytes."),
              ])), "What no profile or instance uses.")
        ]),
      CommandOutput(
        "experiment-list", ["amm experiment list --json"],
        [
          .always(
            "experiments",
            .list(
              .object([
                .always("id", .text, "The experiment."),
                .always("valid", .boolean, "Whether its file can be read."),
                .always("active", .boolean, "Whether it is running."),
                .sometimes("description", .text, "Its description."),
                .sometimes("started", .text, "When it was started: ISO 8601."),
                .sometimes("stopped", .text, "When it was stopped: ISO 8601."),
                .sometimes("models", .texts, "The models in it."),
                .sometimes("results", .integer, "The number of results."),
                .sometimes("notes", .integer, "The number of notes."),
              ])), "The experiments, the oldest first.")
        ]),
    ]
  }

  private static let position: [OutputShape.Member] = [
    .always("file", .text, "The file."),
    .sometimes("line", .integer, "The line, from 1."),
    .sometimes("column", .integer, "The column, from 1, in Unicode code points."),
    .sometimes("end_line", .integer, "The line of the end."),
    .sometimes("end_column", .integer, "The column after the end."),
  ]

  private static let diagnostic =
    position + [
      .always("severity", .text(values: ["error", "warning"]), "The severity."),
      .always("code", .text, "The rule; 'amm explain CODE' explains it."),
      .always("message", .text, "What is wrong."),
      .always("help", .texts, "What to do about it."),
      .always(
        "notes",
        .list(.object(position + [.always("message", .text, "The message about this place.")])),
        "Further places that belong to it."),
    ]

  private static let rule: [OutputShape.Member] = [
    .always("code", .text, "The code in brackets at the end of a diagnostic."),
    .always("severity", .text(values: ["error", "warning"]), "The severity."),
    .always("summary", .text, "The problem in one sentence."),
    .always("why", .text, "What happens in practice."),
    .always("wrong", .text, "An example with the mistake."),
    .always("right", .text, "The same example, fixed."),
    .sometimes("source", .text, "Where the rule comes from: project, version, file."),
  ]
}
