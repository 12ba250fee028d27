import Diagnostics
import Schema
import Text
import YAML

/// A configuration of llama-swap that only starts instances of amm, such as that of amm's own companion.
struct ForeignRouter: Sendable {
  let name: Located<String>
  /// The instances that it starts.
  let uses: [Located<String>]
  /// The seconds after which it stops them; nil if it never does.
  let idle: Int?
  /// The address and the port that it listens on; nil if they are not known.
  var listen: (address: String, port: Int)?
  /// Whether it starts with the session.
  var isAutomatic = true
  var description: String?

  /// Reads a configuration; nil if it starts something else.
  ///
  /// - Parameter range: The place of all names; nil for their own.
  init?(_ root: Node, named name: Located<String>, at range: SourceRange? = nil) {
    let models = root["models"]?.entries ?? []
    self.name = name
    var uses: [Located<String>] = []
    var idle: Int?
    for model in models {
      let words = (model.value.text("cmd") ?? "").split(separator: " ").map(String.init)
      guard words.count >= 4, words[0] == "amm", words[1] == "start", words[2] == model.key,
        words.contains("--foreground")
      else { return nil }
      uses.append(Located(model.key, range ?? model.keyRange))
      if let time = model.value.text("ttl").flatMap({ Int($0) }), time > 0 {
        idle = max(idle ?? 0, time)
      }
    }
    guard !uses.isEmpty else { return nil }
    (self.uses, self.idle) = (uses, idle)
  }

  /// Reads the unit that runs it.
  mutating func read(_ unit: SourceFile) {
    isAutomatic = false
    for line in QuadletFile(unit).lines {
      switch (line.section, line.key.value) {
      case ("Install", "WantedBy"): isAutomatic = true
      case ("Unit", "Description"): description = line.value.unquoted.text
      case ("Service", "ExecStart"):
        let words = line.value.text.split(separator: " ").map(String.init)
        guard let option = words.firstIndex(of: "--listen"), option + 1 < words.count else {
          continue
        }
        listen = Self.listen(words[option + 1])
      default: continue
      }
    }
  }

  /// Returns the address and the port of `127.0.0.1:9292` or `[::1]:9292`; nil if it has none.
  private static func listen(_ text: String) -> (address: String, port: Int)? {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...])
    else { return nil }
    let address = text[..<colon].filter { $0 != "[" && $0 != "]" }
    return (address.isEmpty ? "0.0.0.0" : address, port)
  }

  /// The lines below `companions:`; nil if its port is not known.
  func text(of kind: String, from origin: String, as name: String) -> ImportedText? {
    guard let listen else { return nil }
    let place = self.name.range
    var text = ImportedText()
    text.add("  # \(Import.mark(of: origin))", at: place)
    text.add("  \(name):", at: place)
    text.add("    kind: \(kind)", at: place)
    text.add("    port: \(listen.port)", at: place)
    if listen.address != "127.0.0.1" {
      text.add("    bind: \(ImportedText.quoted(listen.address))", at: place)
    }
    let names = uses.map { ImportedText.scalar($0.value) }
    text.add("    for: [" + names.joined(separator: ", ") + "]", at: place)
    if let description, description != "\(kind) \(name)" {
      text.add("    description: " + ImportedText.quoted(description), at: place)
    }
    if !isAutomatic { text.add("    start: manual", at: place) }
    if let idle { text.add("    stop_after_idle: \(idle)s", at: place) }
    return text
  }
}

extension LlamaSwapSource {
  /// Returns the router of a configuration that only starts instances of amm; nil for another one.
  static func router(in source: SourceFile) -> ForeignRouter? {
    guard String(decoding: source.bytes, as: UTF8.self).holds("amm start "),
      let root = Composer.compose(source).value, let first = root.entries?.first
    else { return nil }
    let file = source.path.split(separator: "/").last.map(String.init) ?? source.path
    let stem = String(file.prefix { $0 != "." })
    return ForeignRouter(root, named: Located(stem, first.keyRange))
  }
}
