/// Reads a unit file back as Podman's generator and systemd do, independently of how it was
/// written: what amm writes is compared with what they would understand.
package enum UnitFileReader {
  package struct Problem: Error, Equatable {
    package let line: Int
    package let reason: String
  }

  /// How a key's value is read (Podman 5.4, pkg/systemd/quadlet).
  private enum KeyClass { case single, words, escapedWords, flag }

  /// A section's keys with what their readers make of them, in the file's order.
  package struct Section: Equatable {
    package let name: String
    package var entries: [(key: String, values: [String])] = []

    package static func == (left: Section, right: Section) -> Bool {
      left.name == right.name
        && left.entries.elementsEqual(right.entries) { $0.key == $1.key && $0.values == $1.values }
    }
  }

  package static func read(_ text: String) throws(Problem) -> [Section] {
    var sections: [Section] = []
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      guard let first = line.first, first != "#", first != ";" else { continue }
      if first == "[" {
        guard line.last == "]", line.count > 2 else {
          throw Problem(line: number, reason: "a section's name needs brackets")
        }
        sections.append(Section(name: String(line.dropFirst().dropLast())))
        continue
      }
      guard let equals = line.firstIndex(of: "="), equals > line.startIndex else {
        throw Problem(line: number, reason: "no key stands before '='")
      }
      guard !sections.isEmpty else {
        throw Problem(line: number, reason: "a key stands before the first section")
      }
      guard line.last != "\\" else {
        throw Problem(line: number, reason: "the line's last character joins it to the next")
      }
      let key = String(line[..<equals])
      let value = line[line.index(after: equals)...]
      let section = sections[sections.count - 1].name
      sections[sections.count - 1].entries.append(
        (key, try values(of: value, key, section, number)))
    }
    return sections
  }

  private static func values(
    of text: Substring, _ key: String, _ section: String, _ line: Int
  ) throws(Problem) -> [String] {
    let trimmed =
      text.unicodeScalars.first?.properties.isWhitespace == true
      || text.unicodeScalars.last?.properties.isWhitespace == true
    guard !trimmed, !text.isEmpty else {
      throw Problem(line: line, reason: "'\(key)' would lose a blank or clear what stands above")
    }
    let isQuadlet = ["Container", "Network", "Volume"].contains(section)
    guard isQuadlet else { return [try unescaped(text, "%", line)] }
    guard let keyClass = classes[key] else {
      throw Problem(line: line, reason: "'\(key)' is not a key of [\(section)]")
    }
    switch keyClass {
    case .flag:
      guard text == "true" || text == "false" else {
        throw Problem(line: line, reason: "'\(key)' is neither true nor false")
      }
      return [String(text)]
    case .single:
      guard text.first != "\"", text.last != "\"", text != ";" else {
        throw Problem(line: line, reason: "'\(key)' would lose a quote or end the command")
      }
      return [try unescaped(unescaped(text, "%", line)[...], "$", line)]
    case .words:
      guard !text.contains(where: { "\"'\\ \t".contains($0) }) else {
        throw Problem(line: line, reason: "'\(key)' cannot be quoted")
      }
      return [try unescaped(unescaped(text, "%", line)[...], "$", line)]
    case .escapedWords:
      var words: [String] = []
      for word in try split(text, line) {
        guard !word.isEmpty, word != ";" else {
          throw Problem(line: line, reason: "'\(key)' has a word that cannot be passed")
        }
        words.append(try unescaped(unescaped(word[...], "%", line)[...], "$", line))
      }
      return words
    }
  }

  /// Doubled characters become single ones; a lone one would start something.
  private static func unescaped(
    _ text: Substring, _ special: Character, _ line: Int
  ) throws(Problem) -> String {
    var out = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      if character == special {
        if special == "%", rest.first == "h" {
          // The one specifier amm writes: the home folder.
          out.append("%")
          continue
        }
        guard rest.popFirst() == special else {
          throw Problem(line: line, reason: "a lone '\(special)' would be replaced")
        }
      }
      out.append(character)
    }
    return out
  }

  /// systemd's word splitting with C escapes (src/basic/extract-word.c, Podman's split.go).
  private static func split(_ text: Substring, _ line: Int) throws(Problem) -> [String] {
    var words: [String] = []
    var current: String?
    var quote: Unicode.Scalar?
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      if scalar == "\\" {
        guard let escaped = scalars.next() else {
          throw Problem(line: line, reason: "an escape has no end")
        }
        let simple: [Unicode.Scalar: Unicode.Scalar] = [
          "n": "\n", "r": "\r", "t": "\t", "\\": "\\", "\"": "\"",
        ]
        var word = current ?? ""
        if let character = simple[escaped] {
          word.unicodeScalars.append(character)
        } else if escaped == "x", let high = scalars.next(), let low = scalars.next(),
          let value = UInt8(String(Character(high)) + String(Character(low)), radix: 16)
        {
          word.unicodeScalars.append(Unicode.Scalar(value))
        } else {
          throw Problem(line: line, reason: "an unknown escape would drop the line")
        }
        current = word
      } else if let open = quote {
        if scalar == open {
          quote = nil
        } else {
          current = (current ?? "") + String(Character(scalar))
        }
      } else if scalar == "\"" || scalar == "'" {
        quote = scalar
        current = current ?? ""
      } else if scalar == " " || scalar == "\t" || scalar == "\r" {
        if let word = current { words.append(word) }
        current = nil
      } else {
        current = (current ?? "") + String(Character(scalar))
      }
    }
    guard quote == nil else { throw Problem(line: line, reason: "a quote has no end") }
    if let word = current { words.append(word) }
    return words
  }

  private static let classes: [String: KeyClass] = [
    "ContainerName": .single, "Image": .single, "Entrypoint": .single, "Network": .single,
    "Volume": .single, "PublishPort": .single, "GroupAdd": .single, "ShmSize": .single,
    "HealthCmd": .single, "HealthInterval": .single, "HealthRetries": .single,
    "HealthStartPeriod": .single, "HealthTimeout": .single, "StopTimeout": .single,
    "Memory": .single, "NetworkName": .single, "VolumeName": .single,
    "AddDevice": .words, "DropCapability": .words,
    "Exec": .escapedWords, "Environment": .escapedWords, "EnvironmentFile": .escapedWords,
    "Secret": .escapedWords, "PodmanArgs": .escapedWords, "Label": .escapedWords,
    "NoNewPrivileges": .flag, "SecurityLabelDisable": .flag,
  ]
}
