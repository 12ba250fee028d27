import Schema

/// Values of variables in units that have more than they are meant to.
enum UnitValue {
  /// Returns what is wrong with the value of a variable; nil if nothing is.
  static func problem(of value: String) -> (message: String, help: String)? {
    if value.count > 1, value.hasSuffix(","), value.firstIndex(of: ",") == value.indices.last {
      return (
        "the ',' at the end is a part of the value", "write only a space between two variables"
      )
    }
    let second = value.split(separator: " ").dropFirst().first { word in
      guard let equals = word.firstIndex(of: "=") else { return false }
      let name = String(word[..<equals])
      return Recognition.isAssignment(name + "=") && CommandSource.isRead(name)
    }
    guard let second, !value.contains("\"") else { return nil }
    let name = second.prefix { $0 != "=" }
    return (
      "the quotes make '\(name)=…' a part of the value of the variable before it",
      "write quotes around each variable, or around none: 'Environment=A=1 B=2'"
    )
  }
}
