import Diagnostics
import Schema
import Text

/// Options of `run` that an engine refuses, or reads differently from how they look.
extension RunLine {
  /// Returns the problems of the options before the image.
  static func problems(
    of options: ArraySlice<Located<String>>, in source: SourceFile, _ server: ForeignServer
  ) -> [Diagnostic] {
    var found: [Diagnostic] = []
    func tell(_ word: Located<String>, _ message: String, help: String) {
      guard !server.open.contains(word.range) else { return }
      found.append(
        Diagnostic(
          ImportRules.value, at: SourceLocation(source, word.range), message, help: [help]))
    }
    var removes = false
    var restart: Located<String>?
    for (name, value) in pairs(of: options) {
      guard let value else {
        if name == "--rm" { removes = true }
        continue
      }
      switch name {
      case "--restart": restart = value
      case "--shm-size", "-m", "--memory":
        guard let bytes = Int(value.value), (1..<65_536).contains(bytes) else { continue }
        tell(
          value, "'\(name)' has no unit, so it is \(Phrase.count(bytes, "byte"))",
          help: "write the unit: '\(bytes)g' or '\(bytes)m'")
      case "-v", "--volume":
        let from = value.value.prefix { $0 != ":" }
        guard from.contains("/"), from.count < value.value.count,
          from.first.map({ $0.isASCII && ($0.isLetter || $0.isNumber) }) ?? false
        else { continue }
        tell(
          value,
          "the engine takes '\(String(from).abbreviatedName)' for the name of a volume, which has no '/'",
          help: "write './\(String(from).abbreviatedName)' for a folder")
      default: continue
      }
    }
    if removes, let restart, !["no", ""].contains(restart.value) {
      tell(
        restart,
        "'--rm' and '--restart' exclude each other, so the engine does not start the container",
        help: "remove one of them")
    }
    return found
  }

  /// Returns the options with their values, as far as both are written plainly.
  private static func pairs(
    of options: ArraySlice<Located<String>>
  ) -> [(name: String, value: Located<String>?)] {
    var found: [(name: String, value: Located<String>?)] = []
    var rest = options
    while let word = rest.popFirst() {
      guard word.value.hasPrefix("-") else { continue }
      if let equals = word.value.firstIndex(of: "="), word.value.hasPrefix("--") {
        let text = String(word.value[word.value.index(after: equals)...])
        found.append((String(word.value[..<equals]), Located(text, word.range)))
      } else if values.contains(word.value) {
        found.append((word.value, rest.popFirst()))
      } else {
        found.append((word.value, nil))
      }
    }
    return found
  }

  /// Passes over the value of a variable in the place of the image, and reports it: `-e NAME VALUE`.
  static func skipValue(
    _ image: inout ArraySlice<Located<String>>, _ server: inout ForeignServer,
    before options: ArraySlice<Located<String>>, in source: SourceFile
  ) {
    let before = options.dropLast(image.count).suffix(2)
    guard let first = image.first, before.count == 2, let option = before.first,
      let name = before.last, ["-e", "--env"].contains(option.value), !name.value.contains("="),
      Recognition.runtime(ofImage: first.value) == nil,
      image.dropFirst().contains(where: { Recognition.runtime(ofImage: $0.value) != nil })
    else { return }
    server.findings.append(
      Diagnostic(
        ImportRules.value, at: SourceLocation(source, first.range),
        "the engine takes '\(first.value.abbreviatedName)' for the image, because '\(option.value)' has one word",
        help: [
          "write '\(option.value) \(name.value.abbreviatedName)=\(first.value.abbreviatedName)'"
        ]))
    image = read(options: image.dropFirst(), into: &server)
  }
}
