import Diagnostics
package import Values

/// A form of values for people: indented names and values, without quotes.
package enum Outline {
  /// Returns a value as an indented outline with one member per line.
  package static func shown(_ value: Value) -> Shown {
    var out = ""
    write(value.redacted, indent: 0, to: &out)
    return Shown(lines: out)
  }

  private static func write(_ value: Value, indent: Int, to out: inout String) {
    let margin = String(repeating: "  ", count: indent)
    switch value {
    case .set(let members):
      let width = members.filter { $0.value.isSmall }.map(\.name.displayWidth).max() ?? 0
      for member in members {
        switch member.value {
        case .set(let inner) where inner.isEmpty: continue
        case .list(let items) where items.isEmpty: continue
        case _ where member.value.isSmall:
          let gap = String(repeating: " ", count: width - member.name.displayWidth)
          out += "\(margin)\(member.name.withoutControls):\(gap) \(member.value.small)\n"
        default:
          out += "\(margin)\(member.name.withoutControls):\n"
          write(member.value, indent: indent + 1, to: &out)
        }
      }
    case .list(let items):
      for (index, item) in items.enumerated() {
        if case .set = item, index > 0 { out += "\n" }
        if item.isSmall {
          out += "\(margin)- \(item.small)\n"
        } else {
          write(item, indent: indent, to: &out)
        }
      }
    case .text(let text):
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty
      {
        out += margin + line + "\n"
      }
    default: out += margin + value.small + "\n"
    }
  }
}

extension Value {
  /// Whether the value is written on the line of its name.
  fileprivate var isSmall: Bool {
    switch self {
    case .text(let text): !text.contains("\n")
    case .integer, .number, .boolean, .null: true
    case .list(let items):
      items.allSatisfy { item in
        if case .text(let text) = item { text.count < 20 && !text.contains("\n") } else { false }
      } && items.count < 12
    case .set: false
    }
  }

  fileprivate var small: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): String(integer)
    case .number(let number): String(number)
    case .boolean(let flag): flag ? "yes" : "no"
    case .null: "nothing"
    case .list(let items): items.map(\.small).joined(separator: ", ")
    case .set: ""
    }
  }
}
