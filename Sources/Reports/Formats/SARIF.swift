package import Diagnostics
import Operations
package import Values

/// The Static Analysis Results Interchange Format, version 2.1.0 (OASIS, 2020-03-27).
package enum SARIF {
  /// Returns a SARIF log with one run.
  package static func log(_ diagnostics: [Diagnostic]) -> Value {
    let rules = Dictionary(
      diagnostics.map { ($0.rule.code, $0.rule) }, uniquingKeysWith: { first, _ in first }
    ).values.sorted { $0.code < $1.code }
    let indices = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1.code, $0) })
    return .set([
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": .list([
        .set([
          "tool": .set([
            "driver": .set([
              "name": "amm", "semanticVersion": .text(Release.version),
              "rules": .list(rules.map(rule)),
            ])
          ]),
          "columnKind": "unicodeCodePoints",
          "results": .list(
            diagnostics.map { result($0, index: indices[$0.rule.code] ?? 0) }),
        ])
      ]),
    ])
  }

  private static func rule(_ rule: Rule) -> Value {
    .set([
      "id": .text(rule.code),
      "shortDescription": message(rule.summary),
      "fullDescription": rule.explanation.map { message($0.why) },
      "help": rule.explanation.map { _ in
        .set([
          "text": .text(rule.text),
          "markdown": .text(
            rule.markdown + "\n`amm explain --list` lists all diagnostics.\n"),
        ])
      },
      "defaultConfiguration": .set(["level": .text(rule.severity.rawValue)]),
    ])
  }

  private static func result(_ diagnostic: Diagnostic, index: Int) -> Value {
    let help = diagnostic.help.map { " Help: \($0)." }.joined()
    let notes = diagnostic.notes.enumerated().map { index, note -> Value in
      .set(
        [.init("id", .integer(index + 1))] + members(of: note.location)
          + [.init("message", message(note.message))])
    }
    return .set([
      "ruleId": .text(diagnostic.rule.code), "ruleIndex": .integer(index),
      "level": .text(diagnostic.severity.rawValue),
      "message": message(diagnostic.message + (help.isEmpty ? "" : "." + help)),
      "locations": .list([.set(members(of: diagnostic.location))]),
      "relatedLocations": notes.isEmpty ? nil : .list(notes),
    ])
  }

  private static func members(of location: SourceLocation) -> [Value.Member] {
    var physical: [Value.Member] = [
      .init("artifactLocation", .set(["uri": .text(uri(location.path))]))
    ]
    if let range = location.range {
      physical.append(
        .init(
          "region",
          .set([
            "startLine": .integer(range.start.line), "startColumn": .integer(range.start.column),
            "endLine": .integer(range.end.line), "endColumn": .integer(range.end.column),
          ])))
    }
    return [.init("physicalLocation", .set(physical))]
  }

  private static func message(_ text: String) -> Value { .set(["text": .text(text)]) }

  /// Returns a path as a relative or absolute URI reference (RFC 3986).
  private static func uri(_ path: String) -> String {
    var out = path.hasPrefix("/") ? "file://" : ""
    for byte in (path.hasPrefix("./") ? path.dropFirst(2) : path[...]).utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        out += "%" + (hex.count < 2 ? "0" + hex : hex)
      }
    }
    return out
  }
}
