import ArgumentParser
import CommandSupport
import Diagnostics
import Imports
import Operations
import Reports

extension Import.Kind: ExpressibleByArgument {}

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make profiles and instances from files of other tools.",
    discussion: """
      Reads files for Docker Compose, quadlet files of Podman, and scripts and units of systemd with 'podman run', \
      'docker run', 'vllm serve', 'sglang.launch_server', 'llama-server', 'text-generation-launcher', \
      'text-embeddings-router' or 'ollama serve'; also configurations of llama-swap, objects of \
      Kubernetes, Modelfiles of Ollama, and containers of NixOS, home-manager and quadlet-nix: as a \
      Nix file, which 'nix-instantiate' evaluates without network, or as JSON. Their arguments and variables are read as the servers \
      read them. The report says what became of each key.

      Profiles are written to profiles/imported/, instances are added to instances.yaml, and links \
      to active/. Open WebUI, LiteLLM and other programs become companions if all servers that they \
      use are known. A second import of the same file changes nothing, and keeps what you changed. \
      Tokens and keys are never written: the report names the secrets to create. If the file has \
      errors, or the workspace would get some, nothing is written.

      Exit status: 1 the file has errors, or with '--strict' warnings or losses.

      Examples:
        amm import compose.yaml --dry-run
        amm import ~/.config/containers/systemd/chat.container
        amm import start.sh --into ~/.config/ai-models
        amm import llama-swap.yaml --dry-run
        kubectl get deployment,service -o yaml | amm import -
        amm import configuration.nix --dry-run
        history | grep 'docker run' | amm import - --from command
      """)

  @ArgumentParser.Argument(help: "The file, or '-' for the standard input.", completion: .file())
  var path: String

  @Option(
    help: ArgumentHelp(
      "The kind of the file: \(Phrase.oneOf(Import.Kind.allCases.map(\.rawValue))); by default it follows from the content.",
      valueName: "kind"))
  var from: Import.Kind?

  @Option(
    help: ArgumentHelp(
      "The workspace; by default the one that the other commands use.",
      discussion: "It is created if it does not exist.", valueName: "dir"), completion: .directory)
  var into: String?

  @Flag(help: "Write nothing; show what would be written.")
  var dryRun = false

  @Flag(help: "Fail if a key is left out or not understood, or on warnings.")
  var strict = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard into == nil || workspace.workspace == nil else {
      throw ValidationError("'--into' cannot be combined with '--workspace'.")
    }
  }

  func run() throws {
    try attempt {
      guard var file = try ImportFile(path, as: from) else {
        throw OperationError(
          .invalid, "'\(path)' has no server that amm knows",
          help: "'amm import --help' lists what it reads; '--from' names the kind")
      }
      try file.evaluate()
      var folder = try folder()
      // Another import waits, so that none is lost.
      var lock = try dryRun || !folder.isThere ? nil : folder.lock(".")
      defer { withExtendedLifetime(lock) {} }
      var files = try ImportedWorkspace(file, into: folder)
      let imported = files.imported
      let hasFailed =
        imported.diagnostics.hasErrors || files.isEmpty
        || strict && (imported.diagnostics.hasMistakes || imported.isLossy)
        || !files.conflicts.isEmpty
      if !hasFailed, !dryRun, !folder.isThere {
        folder = try folder.made()
        lock = try folder.lock(".")
        files = try ImportedWorkspace(file, into: folder)
      }
      report(files)
      if hasFailed { throw ExitStatus.invalid }
      try write(files, to: folder)
    }
  }

  /// Returns the workspace, which may be missing.
  private func folder() throws -> WorkspaceFolder {
    guard let into else {
      return try dryRun ? workspace.open() : workspace.openToChange()
    }
    return try WorkspaceFolder.find(into, on: .here)
  }

  private func report(_ files: ImportedWorkspace) {
    Console.report(files.imported.diagnostics + files.conflicts)
    Console.write(json ? Shown(json: files.value) : files.imported.shown(in: .ofOutput))
    files.failure(of: path).map(Console.tell)
  }

  private func write(_ files: ImportedWorkspace, to folder: WorkspaceFolder) throws {
    if !dryRun { try files.write() }
    guard !json else { return }
    for part in files.written(to: folder, isDry: dryRun) { Console.write(part) }
  }
}
