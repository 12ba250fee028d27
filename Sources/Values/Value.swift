/// A tree of plain data in declaration order, which amm prints as JSON and as Nix.
///
/// One tree for both formats ensures that the Nix file and the JSON file contain the same data:
/// callers do not have to keep them in step.
@usableFromInline package enum Value: Sendable, Hashable {
  case text(String)
  case integer(Int)
  /// A finite number; JSON and Nix have no others.
  case number(Double)
  case boolean(Bool)
  /// Null. It only occurs within data that is passed on as JSON.
  case null
  case list([Value])
  case set([Member])

  /// One named value of a set.
  ///
  /// Names are unique within a set; sets keep their members' order.
  @usableFromInline package struct Member: Sendable, Hashable {
    package var name: String
    /// The member's value.
    package var value: Value

    /// A member of a set.
    @usableFromInline package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// A list of texts.
  package static func texts(_ texts: some Sequence<String>) -> Value {
    .list(texts.map(Value.text))
  }

  /// Creates a set of the members that have a value.
  ///
  /// Absent members are left out, never null.
  package static func set(_ members: KeyValuePairs<String, Value?>) -> Value {
    .set(members.compactMap { name, value in value.map { Member(name, $0) } })
  }

  /// The set that a command prints as JSON: its version, then the members.
  ///
  /// A member is added without a new version; one that is renamed, removed or changes its meaning
  /// takes a new one.
  package static func document(
    version: Int = 1, _ members: KeyValuePairs<String, Value?>
  ) -> Value {
    document(version: version, members.compactMap { name, value in value.map { Member(name, $0) } })
  }

  /// The same of members that are in a list already.
  package static func document(version: Int = 1, _ members: [Member]) -> Value {
    .set([Member("version", .integer(version))] + members)
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral
{
  @usableFromInline package init(stringLiteral value: String) { self = .text(value) }
  @usableFromInline package init(integerLiteral value: Int) { self = .integer(value) }
  @usableFromInline package init(booleanLiteral value: Bool) { self = .boolean(value) }
  @usableFromInline package init(floatLiteral value: Double) { self = .number(value) }
  /// A list.
  @usableFromInline package init(arrayLiteral elements: Value...) { self = .list(elements) }
}
