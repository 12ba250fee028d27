import Diagnostics
import Host
import Imports
import YAML

extension ImportFile {
  private static let program = "nix-instantiate"
  /// The time limit of an evaluation, in seconds.
  private static let patience = 20.0
  /// The largest number of files next to the file that it may import.
  private static let limit = 100

  /// A command that writes the containers of a system as JSON.
  private static let export =
    "nix eval --json .#nixosConfigurations.HOST.config.virtualisation.oci-containers > containers.json"

  /// Whether the file is written in Nix, so that reading it runs its code.
  package var isCode: Bool {
    kind == .nix && path != "-" && (path.hasSuffix(".nix") || !path.hasSuffix(".json"))
  }

  /// Evaluates a Nix file, so that it can be read.
  ///
  /// The evaluation reads only the Nix files of the folder, has no network and no home folder, and builds
  /// nothing. If it fails, it is tried with values of the system that the file can also call.
  ///
  /// - Throws: An ``OperationError`` if there is no Nix, or if the file cannot be evaluated.
  package mutating func evaluate() throws {
    guard isCode else { return }
    let export = "export the containers as JSON with '\(Self.export)', and import that file"
    guard let nix = Subprocess.find(Self.program) else {
      throw OperationError(
        .invalid,
        "'\(path)' is written in Nix, and there is no '\(Self.program)' on PATH to evaluate it",
        help: "install Nix, or \(export)")
    }
    guard let file = Files.canonical(path) else {
      throw HostError("read", path, reason: "there is no such file")
    }
    let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
    let names = (try? Files.names(in: folder + "/")) ?? []
    let readable =
      [file]
      + names.filter { $0.hasSuffix(".nix") }.sorted().prefix(Self.limit).map { folder + "/" + $0 }
    let options = [
      "restrict-eval", "true", "allowed-uris", "", "allow-import-from-derivation", "false",
      "allow-unsafe-native-code-during-evaluation", "false", "substitute", "false",
    ]
    var words = ["/bin/sh", "-c", "ulimit -v 4194304 2>/dev/null; exec \"$0\" \"$@\" 2>&1", nix]
    words += ["--eval", "--json", "--strict", "--store", "dummy://"]
    for index in stride(from: 0, to: options.count, by: 2) {
      words += ["--option", options[index], options[index + 1]]
    }
    words += Set(readable).sorted().flatMap { ["-I", "amm=" + $0] }
    words += ["--argstr", "file", file, "-E", NixSourceExpression.text]
    func evaluation(_ more: [String]) throws -> Subprocess.Result {
      try Subprocess.capture(
        words + more, adding: ["HOME=/nonexistent", "NIX_PATH="], patience: Self.patience)
    }
    var result = try evaluation([])
    if !result.isSuccess, result.overrun == nil {
      let other = try evaluation(["--arg", "loose", "true"])
      if other.isSuccess { result = other }
    }
    let lines = result.output.split(whereSeparator: \.isNewline).map(String.init)
    guard result.isSuccess, let values = lines.last, values.utf8.count <= Composer.Limits.bytes
    else {
      throw OperationError(
        .invalid, "Nix cannot evaluate '\(path)': \(Self.reason(result, lines, file))",
        help:
          "amm gives the file no system, only stand-ins for 'config', 'pkgs' and 'lib'; \(export)")
    }
    evaluated = SourceFile(path: source.path, text: values)
  }

  /// Returns why an evaluation failed, on one line.
  private static func reason(_ result: Subprocess.Result, _ lines: [String], _ file: String)
    -> String
  {
    switch result.overrun {
    case .time: return "it took longer than 20 seconds"
    case .output: return "it printed more than 8 MiB"
    case nil: break
    }
    if result.isSuccess { return "its values are larger than 1 MiB" }
    let line = lines.last { $0.contains("error: ") }
    guard let line, let start = line.firstRange(of: "error: ") else {
      return "it ended with status \(result.status)"
    }
    // The last of the places is the innermost one.
    let mark = "at \(file):"
    let number = lines.last { $0.contains(mark) }.flatMap { line in
      line.firstRange(of: mark).map { line[$0.upperBound...].prefix { $0.isNumber } }
    }
    var text = line[start.upperBound...].prefix(200)
    // The value that follows a message can be everything that amm gives the file.
    if let value = text.firstRange(of: ": {") { text = text[..<value.lowerBound] }
    return text + (number.map { " (line \($0))" } ?? "")
  }
}
