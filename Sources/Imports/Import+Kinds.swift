import Diagnostics
import Text
import YAML

/// The kinds of files of which each has a reader of its own.
extension Import {
  /// Returns the kind of a file by its keys; nil if it is none of these.
  static func structured(_ source: SourceFile, _ text: String) -> Kind? {
    // A script can have objects or configurations as the input of a command.
    guard !text.hasPrefix("#!") else { return nil }
    if hasKey("apiVersion", text), hasKey("kind", text) { return .kubernetes }
    if text.holds("models:"), text.holds("cmd:") {
      guard let root = Composer.compose(source).value else {
        return hasKey("models", text) ? .llamaSwap : nil
      }
      if LlamaSwapSource.isConfiguration(root) { return .llamaSwap }
    }
    return ModelfileSource.isModelfile(source) ? .modelfile : nil
  }

  /// Whether a line of a text begins with a key.
  private static func hasKey(_ key: String, _ text: String) -> Bool {
    text.hasPrefix(key + ":") || text.contains("\n" + key + ":")
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
