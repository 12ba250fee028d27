import Diagnostics
import Schema
import Text

/// Words of commands that the shell does not change, because they are in quotes.
extension CommandSource {
  /// The options of engines with a mount or a variable.
  private static let ofEngines: Set = ["-v", "--volume", "-e", "--env", "--gpus"]

  /// Reports values of an engine's options that are not what they are meant to be, because of quotes.
  static func tellQuotes(
    _ command: ShellCommand, _ places: Places, _ server: inout ForeignServer
  ) {
    guard RunLine.isEngine(command.words) else { return }
    let program = command.words.first.map(ShellWrappers.program) ?? ""
    for (index, field) in command.words.enumerated() {
      let word = field.text.string
      let before = index > 0 ? command.words[index - 1].text.string : ""
      let equals = word.firstIndex(of: "=")
      let joined = equals.map { String(word[..<$0]) } ?? ""
      var (option, value) = (before, field.text)
      if ofEngines.contains(joined), let equals {
        let count = word[...equals].utf8.count
        (option, value) = (joined, field.text.part(count..<field.text.count))
      }
      guard ofEngines.contains(option), !value.isEmpty else { continue }
      let range = places.range(field.start, field.end)
      guard let (message, help) = problem(of: option, value, program, places) else { continue }
      server.findings.append(
        Diagnostic(
          ImportRules.shell, at: SourceLocation(places.source, range), message, help: [help]))
    }
  }

  private static func problem(
    of option: String, _ value: ShellText, _ program: String, _ places: Places
  ) -> (message: String, help: String)? {
    let text = value.string
    let bytes = places.source.bytes
    func byte(before index: Int) -> UInt8 {
      let place = value.offset(index) - 1
      return bytes.indices.contains(place) ? bytes[place] : 0
    }
    switch option {
    case "-v", "--volume":
      guard text.hasPrefix("~/"), [0x22, 0x27].contains(byte(before: 0)), text.contains(":") else {
        return nil
      }
      let path = text.dropFirst().prefix { $0 != ":" }
      return (
        "the shell does not replace '~' in quotes, so the engine does not find the folder",
        "write \"$HOME\(path)…\" in place of \"~\(path)…\""
      )
    case "-e", "--env":
      guard let equals = value.bytes.firstIndex(of: 0x3D), equals + 2 < value.count,
        value.bytes[equals + 1] == 0x24, !value.isOpen(at: equals + 1),
        let name = reference(value.bytes[(equals + 1)...]),
        [0x27, 0x5C].contains(byte(before: equals + 1))
          || byte(before: equals + 1) == 0x3D && byte(before: 0) == 0x27
      else { return nil }
      return (
        "the shell replaces nothing here, so the container gets the text '$\(name)'",
        "write \"\(String(decoding: value.bytes[..<equals], as: UTF8.self))=$\(name)\" in double quotes"
      )
    default:
      // The value is a line of comma-separated values, in which each device is one.
      guard ["docker", "nvidia-docker"].contains(program), !text.contains("\""),
        let start = text.firstRange(of: "device="),
        let next = text[start.upperBound...].split(separator: ",").dropFirst().first,
        !next.contains("=")
      else { return nil }
      return (
        "Docker refuses '\(text.abbreviatedName)', because the comma ends the list of devices",
        "write '\"\(text.abbreviatedName)\"', with double quotes in single quotes"
      )
    }
  }

  /// Returns the name of a variable if a text is nothing but a reference to it.
  private static func reference(_ bytes: ArraySlice<UInt8>) -> String? {
    var name = bytes.dropFirst()
    if name.first == 0x7B {
      guard name.last == 0x7D else { return nil }
      name = name.dropFirst().dropLast()
    }
    guard let first = name.first, !first.isASCIIDigit, name.allSatisfy(\.isASCIIWord) else {
      return nil
    }
    return String(decoding: name, as: UTF8.self)
  }
}
