package import Diagnostics
import Schema
import Text
import YAML

/// The kinds of files of which each has a reader of its own.
extension Import {
  /// Returns the kind of a file by its keys; nil if it is none of these.
  static func structured(_ source: SourceFile, _ text: String) -> Kind? {
    // A script can have objects or configurations as the input of a command.
    guard !text.hasPrefix("#!") else { return nil }
    if let kind = objects(source) { return kind }
    if begins("apiVersion", in: source), begins("kind", in: source) { return .kubernetes }
    if text.holds("models:"), holdsModels(text) {
      guard let root = Composer.compose(source).value else {
        return begins("models", in: source) ? .llamaSwap : nil
      }
      if LlamaSwapSource.isConfiguration(root) { return .llamaSwap }
    }
    return ModelfileSource.isModelfile(source) ? .modelfile : nil
  }

  /// Returns the kind of a file of JSON, which can be on one line; nil if it is none of these.
  private static func objects(_ source: SourceFile) -> Kind? {
    let text = source.bytes[source.textStart...].drop(while: \.isASCIIBlank)
    guard text.first == 0x7B, let root = Composer.compose(source).value else { return nil }
    if root["apiVersion"] != nil, root["kind"] != nil { return .kubernetes }
    if root["services"] != nil, ComposeSource.isCompose(root) { return .compose }
    return LlamaSwapSource.isConfiguration(root) ? .llamaSwap : nil
  }

  /// Whether a file has keys of Compose, Kubernetes or llama-swap at its top.
  package static func hasForeignKeys(_ source: SourceFile) -> Bool {
    begins("services", in: source)
      || begins("apiVersion", in: source) && begins("kind", in: source)
      || begins("models", in: source)
        && holdsModels(String(decoding: source.bytes, as: UTF8.self))
  }

  /// Whether a file's text has keys that models of llama-swap have.
  private static func holdsModels(_ text: String) -> Bool {
    text.holds("cmd:") || text.holds("proxy:")
  }

  /// Whether a file has keys of a profile at its top.
  package static func hasProfileKeys(_ source: SourceFile) -> Bool {
    begins("container", in: source) || begins("source", in: source)
  }

  /// Whether a line begins with a key of YAML, or with one of JSON that opens an object or is in it.
  ///
  /// Bytes are compared, because a carriage return and a line feed are one character of a `String`.
  static func begins(_ key: String, in source: SourceFile) -> Bool {
    let lines = source.bytes[min(source.textStart, source.bytes.count)...].split {
      $0 == 0x0A || $0 == 0x0D
    }
    let plain = Array((key + ":").utf8)
    let quoted = Array(("\"" + key + "\"").utf8)
    return lines.contains { line in
      line.starts(with: plain) || line.drop { $0 == 0x20 || $0 == 0x7B }.starts(with: quoted)
    }
  }

  /// Reads a file of one of these kinds.
  static func structured(
    _ source: SourceFile, as kind: Kind, in folder: String?, forCluster isForCluster: Bool
  ) -> ForeignFile {
    if kind == .kubernetes { return KubernetesSource.read(source, forCluster: isForCluster) }
    if kind == .modelfile { return ModelfileSource.read(source) }
    if kind == .systemd { return ServiceSource.read(source, in: folder) }
    let outcome = LlamaSwapSource.read(source)
    var file = outcome.value ?? ForeignFile()
    file.findings = outcome.diagnostics + file.findings
    return file
  }

  /// Reads the commands of a file, with the files of variables that they name.
  static func commands(
    in source: SourceFile, with nearby: NearbyFiles
  ) -> (servers: [ForeignServer], files: NumberedFiles, others: [Fate]) {
    var files = NumberedFiles([source])
    let read = CommandSource.read(source, with: nearby, asInstaller: true)
    let servers = read.servers.map { server in
      var server = server
      let named = server.variableFiles
      server.variableFiles = named.filter { name in
        guard let path = NearbyFiles.path(of: name.value), let file = nearby[path] else {
          return true
        }
        let read = VariableFile(file, as: .plain, after: Interpolation(environment: nil))
        server.add(read, at: files.add(file), name)
        return false
      }
      return server
    }
    return (servers, files, read.others)
  }

  /// Returns the paths of files in the folder of a file that it names or that its tool reads with it, and that
  /// were not looked for.
  package static func wanted(
    by source: SourceFile, as kind: Kind, besides nearby: NearbyFiles
  ) -> [String] {
    let text = String(decoding: source.bytes, as: UTF8.self)
    switch kind {
    case .compose:
      let name = source.path.split(separator: "/").last.map(String.init) ?? source.path
      let first = ComposeSource.companions(of: name).filter { !nearby.isKnown($0) }
      guard first.isEmpty else { return first }
      // A file that names no other, and has none with it, is not read twice.
      let isOne = !["env_file", "extends", "include"].contains(where: text.holds)
      let isAlone = ComposeSource.companions(of: name).dropFirst().allSatisfy { nearby[$0] == nil }
      return isOne && isAlone ? [] : ComposeSource.read(source, with: nearby).wanted.sorted()
    case .command:
      guard ["--env-file", "source ", ". ./", ". \"", ". $"].contains(where: text.holds) else {
        return []
      }
      let (servers, sources, _) = CommandSource.read(
        source, with: nearby, asInstaller: true)
      let named = servers.flatMap(\.variableFiles)
      let paths = named.compactMap { NearbyFiles.path(of: $0.value) }
      return sources.union(paths).filter { !nearby.isKnown($0) }.sorted()
    case .quadlet, .systemd, .llamaSwap, .kubernetes, .modelfile, .nix: return []
    }
  }
}
