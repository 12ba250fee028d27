import Schema
import Values

/// Markdown elements shared by all pages.
enum Markdown {
  /// Returns a generated page with its title and comment.
  static func page(_ title: String, _ introduction: String, _ parts: [String]) -> String {
    """
    # \(title)

    <!-- Generated from the code by `make record`; a test fails if it is out of date. -->

    \(introduction)

    """ + parts.map { "\n" + $0 }.joined()
  }

  static func section(_ title: String, _ text: String, level: Int = 2) -> String {
    String(repeating: "#", count: level) + " \(title)\n\n" + text + "\n"
  }

  static func table(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows)
      .map { "| " + $0.map(cell).joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }

  static func code(_ text: String) -> String { text.isEmpty ? "" : "`\(text)`" }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}

extension FieldTable {
  /// Returns a table with a row for each key.
  ///
  /// - Parameter place: Describes where a field's value goes; nil for a table without that column.
  func markdown(to place: ((Destination) -> String)? = nil) -> String {
    let hasReleases = all.contains { $0.since != nil || $0.until != nil }
    var head = ["key", "value", "default", "meaning"]
    if place != nil { head.append("becomes") }
    if hasReleases { head.append("versions") }
    return Markdown.table(
      head,
      all.map { field in
        let need = field.isRequired ? " **Required.**" : ""
        var row = [
          Markdown.code(field.key), field.valueText, field.defaultText ?? "", field.summary + need,
        ]
        if let place { row.append(field.destination.map { Markdown.code(place($0)) } ?? "") }
        if hasReleases { row.append(field.releaseText) }
        return row
      })
  }
}

extension Field {
  /// The field's type with its limits and unit: "integer from 1 to 64, GPUs".
  fileprivate var valueText: String {
    [Limits(schema).text ?? typeName, unit].compactMap { $0 }.joined(separator: ", ")
  }

  fileprivate var releaseText: String {
    [since.map { "since \($0.text)" }, until.map { "removed in \($0.text)" }]
      .compactMap { $0 }.joined(separator: ", ")
  }
}

/// The limits in a JSON Schema, in words.
private struct Limits {
  private let members: [Value.Member]

  init(_ members: [Value.Member]) { self.members = members }

  /// Nil if the type's name says more than the schema.
  var text: String? {
    if case .list(let words)? = self["enum"] {
      return words.map { "`\($0.plain)`" }.joined(separator: ", ")
    }
    switch self["type"] {
    case "integer", "number": return number
    case "boolean": return "`true` or `false`"
    case "array":
      guard case .set(let items)? = self["items"] else { return "list" }
      return "list: " + (Limits(items).text ?? "text")
    case "object":
      return self["properties"] == nil ? "mapping" : "section"
    default: return nil
    }
  }

  private var number: String {
    let kind = self["type"]?.plain ?? ""
    let least =
      self["minimum"].map { "from \($0.plain)" }
      ?? self["exclusiveMinimum"].map { "above \($0.plain)" }
    let most =
      self["maximum"].flatMap { $0.isEndless ? nil : "to \($0.plain)" }
      ?? self["exclusiveMaximum"].map { "below \($0.plain)" }
    if self["minimum"]?.isEndless == true { return kind }
    return ([kind] + [least, most].compactMap { $0 }).joined(separator: " ")
  }

  private subscript(name: String) -> Value? { members.first { $0.name == name }?.value }
}

extension Value {
  /// The value as a person writes it.
  fileprivate var plain: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): String(integer)
    case .number(let number): number.plainText
    case .boolean(let flag): flag ? "true" : "false"
    case .null: "null"
    case .list, .set: ""
    }
  }

  /// Whether a bound is only the limit of the number type.
  fileprivate var isEndless: Bool {
    switch self {
    case .number(let number): abs(number) >= 1e300
    case .integer(let integer): integer >= Int(Int32.max)
    default: false
    }
  }
}
