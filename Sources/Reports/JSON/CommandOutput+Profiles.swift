import Imports
import Operations

extension CommandOutput {
  /// The outputs of commands about profiles.
  static var profiles: [CommandOutput] {
    [
      CommandOutput(
        "list", ["amm list --json"],
        [.always("profiles", .list(.object(listing)), "The profiles, in the order of '--sort'.")]),
      CommandOutput("info-profile", ["amm info PROFILE --json"], profile),
      CommandOutput(
        "add", ["amm add MODEL --json"],
        [
          .always("id", .text, "The profile's path below profiles/, without '.yaml'."),
          .always("path", .text, "The file."),
          .always("text", .text, "The content of the file."),
          .always("written", .boolean, "Whether the file was written; false with '--dry-run'."),
          .sometimes("origin", .text, "Where the model's facts were read."),
          .sometimes("warning", .text, "Why the server may not start."),
        ]),
      CommandOutput(
        "import", ["amm import FILE --json"],
        [
          .always(
            "kind", .text(values: Import.Kind.allCases.map(\.rawValue)), "The kind of the file."),
          .always(
            "servers",
            .list(
              .object([
                .always("name", .text, "The name of the profile and the instance."),
                .always("runtime", .text, "The runtime."),
                .always("profile", .text, "The content of the profile."),
                .always("instance", .text, "The lines of the instance, below 'instances:'."),
                .always("secrets", .texts, "The secrets to create."),
                .always("keys", .list(.object(fate)), "What became of each key."),
              ])), "The servers, in the order of the file."),
          .always(
            "companions",
            .list(
              .object([
                .always("name", .text, "The name of the companion."),
                .always("kind", .text, "The kind of companion."),
                .always("for", .texts, "The instances that it uses."),
                .always("section", .text, "Its lines, below 'companions:'."),
                .always("secrets", .texts, "The secrets to create."),
                .always("keys", .list(.object(fate)), "What became of each key."),
              ])), "The programs that become companions, in the order of the file."),
          .always(
            "left_out", .texts, "The programs that become neither instances nor companions."),
          .always(
            "left_out_keys",
            .list(
              .object([
                .always("program", .text, "The program."),
                .always("reason", .text, "Why it is left out."),
                .always("keys", .texts, "Its keys in the file."),
              ])), "What is left out with each of these programs."),
          .always(
            "changes", .texts, "The files that are written; with '--dry-run', that would be."),
          .always(
            "kept", .texts, "The profiles and links that differ from the import, and are kept."),
        ]),
      CommandOutput(
        "export", ["amm export NAME... --as FORM --json"],
        [
          .always("as", .text(values: Export.Form.allCases.map(\.rawValue)), "The form."),
          .always("servers", .texts, "The names of the servers."),
          .always("text", .text, "The commands, or the content of the Compose file."),
          .always(
            "secrets",
            .list(
              .object([
                .always("variable", .text, "The variable of the server."),
                .always("place", .text, "Where its value comes from."),
              ])), "The secrets that the servers need."),
          .always("lost", .texts, "What the form cannot have, in sentences."),
        ]),
      CommandOutput(
        "migrate", ["amm migrate PROFILE --to RUNTIME --json"],
        [
          .always("id", .text, "The new profile's path below profiles/, without '.yaml'."),
          .always("file", .text, "The new file."),
          .always("text", .text, "The content of the new file."),
          .always("valid", .boolean, "Whether the new profile has no errors."),
          .always(
            "steps",
            .list(
              .object([
                .always("key", .text, "The setting of the old profile."),
                .always(
                  "outcome", .text(values: ["carried", "changed", "dropped"]),
                  "What became of it."),
                .sometimes("settings", .map(.any), "The settings of the new profile."),
                .sometimes("because", .text, "Why it was changed or dropped."),
              ])), "What became of each setting, in the order of the file."),
        ]),
    ]
  }

  /// What became of a key of another tool's file.
  private static let fate: [OutputShape.Member] = [
    .always("key", .text, "A key or word of the file."),
    .always("line", .integer, "Its line."),
    .always("fate", .text(values: Fate.Kind.allCases.map(\.rawValue)), "What became of it."),
    .always("reason", .text, "How it changed, or why it is left out."),
  ]

  private static let listing: [OutputShape.Member] = [
    .always("id", .text, "The path below profiles/, without '.yaml'."),
    .always("path", .text, "The file."),
    .always("library", .boolean, "Whether it is a profile that comes with amm."),
    .always(
      "valid", .boolean,
      "Whether the file has no errors; if false, the optional members are absent."),
    .sometimes("name", .text, "The profile's name."),
    .always("category", .text, "The profile's category."),
    .sometimes("description", .text, "The profile's description."),
    .sometimes("runtime", .text, "The runtime, such as 'vllm'."),
    .sometimes("model", .text, "The model, as the profile names it."),
    .sometimes("tags", .texts, "The profile's tags."),
    .sometimes("parameters", .integer, "The number of the model's parameters."),
    .sometimes("context_length", .integer, "Tokens of the model's longest context."),
    .sometimes("license", .text, "The licence, by its SPDX or hub name."),
    .sometimes("superseded_by", .text, "The profile that replaces it."),
    .always("served_by", .texts, "The instances that serve it."),
    .sometimes("memory", .object(memory), "The memory that its server needs."),
    .sometimes(
      "fits", .text(values: ProfileListing.Fit.allCases.map(\.rawValue)),
      "Whether the server fits the cards that were named."),
  ]

  /// The memory that a server needs, in short.
  static let memory: [OutputShape.Member] = [
    .always("says", .text, "The need in words."),
    .sometimes("bytes_needed_per_gpu", .integer, "Bytes of each GPU for one full request."),
    .sometimes("gpu_count", .integer, "The number of GPUs."),
    .sometimes("bytes_of_main_memory", .integer, "Bytes of main memory."),
    .sometimes("context", .integer, "Tokens of the longest request."),
    .sometimes("kv_tokens", .integer, "Tokens that the cache has room for."),
  ]

  private static let profile: [OutputShape.Member] = [
    .always("id", .text, "The path below profiles/, without '.yaml'."),
    .always("path", .text, "The file."),
    .always(
      "profile", .map(.any), "The settings of the file; 'amm schema profile' describes them."),
    .always(
      "launch",
      .object([
        .always(
          "image", .any,
          """
          The image that the profile names; otherwise an object with the default image for each kind \
          of processor.
          """),
        .always("port", .integer, "The port inside the container."),
        .always("endpoints", .object(endpoints), "Paths of the server."),
        .always("environment", .map(.text), "The server's variables."),
        .always("arguments", .texts, "The server's arguments."),
        .always("model", .text, "The name that requests use for the model."),
        .sometimes("modelfile", .text, "The Modelfile that creates the model, for Ollama."),
      ]), "How the server is started."),
    .sometimes(
      "locked",
      .object([
        .always("commit", .text, "The commit of the hub's repository."),
        .always("origin", .text, "Where the entry was read."),
        .sometimes("license", .text, "The licence that the hub names."),
        .always(
          "gated", .text(values: ["open", "automatic", "manual", "restricted"]),
          "Who may download the model."),
        .always("files", .integer, "The number of files."),
        .sometimes("bytes", .integer, "Bytes of all files."),
        .always("verified", .boolean, "Whether this user's amm read it from the hub."),
      ]), "The entry of the lock."),
    .sometimes("memory", .object(memory), "The memory that its server needs."),
  ]

  /// Paths of a server.
  static let endpoints: [OutputShape.Member] = [
    .sometimes("health", .text, "Answers with success once the model is loaded."),
    .sometimes("info", .text, "Describes the model."),
    .sometimes("metrics", .text, "Metrics in Prometheus' text format."),
    .sometimes("openai", .text, "The base path of the OpenAI protocol."),
  ]
}
