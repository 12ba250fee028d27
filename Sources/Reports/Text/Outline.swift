import Diagnostics
import Text
package import Values

/// A form of values for people: indented names and values, without quotes.
package enum Outline {
  /// Returns a value as an indented outline with one member per line.
  package static func shown(_ value: Value) -> Shown {
    var out = ByteWriter()
    write(value.redacted, indent: 0, to: &out)
    return Shown(lines: out.text)
  }

  /// Returns the items of a list as an outline; only one of them at a time is in memory as a value.
  package static func shown(each items: some Sequence<Value>) -> Shown {
    var out = ByteWriter()
    for (index, item) in items.enumerated() {
      write(item.redacted, at: index, indent: 0, to: &out)
    }
    return Shown(lines: out.text)
  }

  /// Writes an item of a list.
  private static func write(_ item: Value, at index: Int, indent: Int, to out: inout ByteWriter) {
    if case .set = item, index > 0 { out.write("\n") }
    if item.isSmall {
      out.write(blanks: indent * 2)
      out.write("- ")
      out.write(item.small)
      out.write("\n")
    } else {
      write(item, indent: indent, to: &out)
    }
  }

  private static func write(_ value: Value, indent: Int, to out: inout ByteWriter) {
    switch value {
    case .set(let members):
      let width = members.filter { $0.value.isSmall }.map(\.name.displayWidth).max() ?? 0
      for member in members {
        switch member.value {
        case .set(let inner) where inner.isEmpty: continue
        case .list(let items) where items.isEmpty: continue
        case _ where member.value.isSmall:
          write(name: member.name, indent, to: &out)
          out.write(blanks: width - member.name.displayWidth + 1)
          out.write(member.value.small)
          out.write("\n")
        default:
          write(name: member.name, indent, to: &out)
          out.write("\n")
          write(member.value, indent: indent + 1, to: &out)
        }
      }
    case .list(let items):
      for (index, item) in items.enumerated() {
        write(item, at: index, indent: indent, to: &out)
      }
    case .text(let text):
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty
      {
        out.write(blanks: indent * 2)
        out.write(String(line))
        out.write("\n")
      }
    default:
      out.write(blanks: indent * 2)
      out.write(value.small)
      out.write("\n")
    }
  }

  private static func write(name: String, _ indent: Int, to out: inout ByteWriter) {
    out.write(blanks: indent * 2)
    out.write(name.withoutControls)
    out.write(":")
  }
}

extension String {
  /// Whether it has a line feed, except one after a carriage return.
  fileprivate var hasLines: Bool { holds("\n") && contains("\n") }

  /// Returns whether it has fewer characters; they are only counted if its bytes are more.
  fileprivate func isShorter(than limit: Int) -> Bool { utf8.count < limit || count < limit }
}

extension Value {
  /// Whether the value is written on the line of its name.
  fileprivate var isSmall: Bool {
    switch self {
    case .text(let text): !text.hasLines
    case .integer, .number, .boolean, .null: true
    case .list(let items):
      items.allSatisfy { item in
        if case .text(let text) = item { text.isShorter(than: 20) && !text.hasLines } else { false }
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
