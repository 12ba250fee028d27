import Catalogues
import Diagnostics
import Profiles
import Schema
import Text

/// Values that the server replaces by others.
extension ServerImport {
  /// Reports options that are given twice with different values, of which the last one counts.
  ///
  /// A script may give them under different conditions.
  mutating func tellTwice(_ options: [GivenOption]) {
    guard server.isContainer, !server.isOfLine, !server.isOwn, !server.isInstance,
      runtime.argumentSyntax != .clap
    else { return }
    var first: [String: String] = [:]
    var told: Set<String> = []
    for given in options {
      guard let option = given.option, option.kind != .text, option.kind != .json,
        [.none, .one, .optional].contains(option.count),
        !given.values.contains(where: server.isOpen)
      else { continue }
      let name = option.names[0]
      let value =
        option.kind == .flag && given.values.isEmpty
        ? (given.isOff ? "off" : "on") : given.values.map(\.value).joined(separator: " ")
      let before = first[name]
      first[name] = value
      guard let before, before != value, told.insert(name).inserted else { continue }
      tell(
        ImportRules.value, given.range,
        option.kind == .flag
          ? "'\(given.name)' and its opposite are both given, and the last one counts"
          : "'\(given.name)' is given twice, and the last value, \(value.abbreviatedName), counts",
        help: "remove one of the two")
    }
  }

  /// Reports a value that is no duration, in place of which the server uses its default.
  mutating func tellDuration(_ value: Located<String>, of name: String) {
    guard !server.isOpen(value), !value.value.isEmpty, !Self.isDuration(value.value) else { return }
    tell(
      ImportRules.value, value.range,
      "'\(value.value.abbreviatedName)' is no duration, so the server uses its default for '\(name)'",
      help: "write a number with a unit and without spaces, such as '24h' or '30m', or seconds")
  }

  /// Whether Go reads a text as a duration or a whole number (time.ParseDuration, strconv.ParseInt).
  private static func isDuration(_ text: String) -> Bool {
    if Int(text) != nil { return true }
    var rest = Array(text.utf8)[...]
    if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return false }
    let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].map { Array($0.utf8) }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCIIDigit || $0 == 0x2E }
      guard number.contains(where: \.isASCIIDigit), number.count(where: { $0 == 0x2E }) < 2 else {
        return false
      }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !$0.isASCIIDigit && $0 != 0x2E }
      guard units.contains(where: { $0.elementsEqual(unit) }) else { return false }
      rest = rest.dropFirst(unit.count)
    }
    return true
  }
}
