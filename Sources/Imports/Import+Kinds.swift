package import Diagnostics
import Text
import YAML

/// The kinds of files of which each has a reader of its own.
extension Import {
  /// Returns the kind of a file by its keys; nil if it is none of these.
  static func structured(_ source: SourceFile, _ text: String) -> Kind? {
    // A script can have objects or configurations as the input of a command.
    guard !text.hasPrefix("#!") else { return nil }
    if begins("apiVersion", in: source), begins("kind", in: source) { return .kubernetes }
    if text.holds("models:"), text.holds("cmd:") {
      guard let root = Composer.compose(source).value else {
        return begins("models", in: source) ? .llamaSwap : nil
      }
      if LlamaSwapSource.isConfiguration(root) { return .llamaSwap }
    }
    return ModelfileSource.isModelfile(source) ? .modelfile : nil
  }

  /// Whether a file has keys of Compose, Kubernetes or llama-swap at its top.
  package static func hasForeignKeys(_ source: SourceFile) -> Bool {
    begins("services", in: source)
      || begins("apiVersion", in: source) && begins("kind", in: source)
      || begins("models", in: source) && String(decoding: source.bytes, as: UTF8.self).holds("cmd:")
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
  static func structured(_ source: SourceFile, as kind: Kind) -> ForeignFile {
    if kind == .kubernetes { return KubernetesSource.read(source) }
    if kind == .modelfile { return ModelfileSource.read(source) }
    let outcome = LlamaSwapSource.read(source)
    var file = outcome.value ?? ForeignFile()
    file.findings = outcome.diagnostics + file.findings
    return file
  }
}
