import Values

/// A fact and its JSON key: one declaration for both writing and reading.
struct FactField<Root: Sendable>: Sendable {
  let name: String
  /// Whether a record without this fact is invalid.
  var isRequired = false
  /// Returns the value to write; nil if it is not known.
  let value: @Sendable (Root) -> Value?
  /// Stores the value that was read; returns false if the value is invalid.
  let take: @Sendable (inout Root, JSONValue) -> Bool
}

/// A type that is written as a JSON object of facts.
protocol FactTable: Sendable {
  /// A value without any known facts.
  static var unknown: Self { get }
  /// The facts in the order in which they are written.
  static var facts: [FactField<Self>] { get }
}

extension FactTable {
  /// The facts as an object, without unknown ones.
  var asValue: Value {
    .set(Self.facts.compactMap { fact in fact.value(self).map { .init(fact.name, $0) } })
  }

  /// Reads an object of facts; nil for any other value, an invalid fact, or an unknown key.
  init?(facts value: JSONValue) {
    guard case .object(let members) = value else { return nil }
    self = .unknown
    var count = 0
    for fact in Self.facts {
      guard let written = members[fact.name] else {
        if fact.isRequired { return nil }
        continue
      }
      guard fact.take(&self, written) else { return nil }
      count += 1
    }
    guard count == members.count else { return nil }
  }
}

// MARK: Kinds of facts

extension FactField {
  /// Declares a whole number that JSON represents exactly.
  static func count(_ name: String, _ path: any Path<Root, Int?>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path].map(Value.integer) },
      take: { root, value in
        root[keyPath: path] = value.wholeNumber
        return value.wholeNumber != nil
      })
  }

  /// Declares a required whole number.
  static func needed(_ name: String, _ path: any Path<Root, Int>) -> Self {
    Self(
      name: name, isRequired: true, value: { .integer($0[keyPath: path]) },
      take: { root, value in
        guard let number = value.wholeNumber else { return false }
        root[keyPath: path] = number
        return true
      })
  }

  /// Declares a number that is not negative.
  static func number(_ name: String, _ path: any Path<Root, Double?>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path].map(Value.number) },
      take: { root, value in
        root[keyPath: path] = value.number
        return value.number.map { $0 >= 0 } ?? false
      })
  }

  /// Declares an identifier from a model's file.
  static func word(_ name: String, _ path: any Path<Root, String?>) -> Self {
    Self(
      name: name,
      value: { root in root[keyPath: path].flatMap { $0.isFileWord ? .text($0) : nil } },
      take: { root, value in
        root[keyPath: path] = value.word
        return value.word != nil
      })
  }

  /// Declares a required identifier.
  static func neededWord(_ name: String, _ path: any Path<Root, String>) -> Self {
    Self(
      name: name, isRequired: true, value: { .text($0[keyPath: path]) },
      take: { root, value in
        guard let word = value.word else { return false }
        root[keyPath: path] = word
        return true
      })
  }

  /// Declares a Boolean that is unknown if missing.
  static func flag(_ name: String, _ path: any Path<Root, Bool?>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path].map(Value.boolean) },
      take: { root, value in
        root[keyPath: path] = value.boolean
        return value.boolean != nil
      })
  }

  /// Declares a Boolean that is written only if it is true.
  static func mark(_ name: String, _ path: any Path<Root, Bool>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path] ? true : nil },
      take: { root, value in
        root[keyPath: path] = true
        return value.boolean == true
      })
  }

  /// Declares a list of names from a model's file; they can be patterns.
  static func names(_ name: String, _ path: any Path<Root, [String]>) -> Self {
    Self(
      name: name,
      value: { root in
        let names = root[keyPath: path].filter(\.isVisible)
        return names.isEmpty ? nil : .texts(names)
      },
      take: { root, value in
        let names = value.list?.map { $0.text ?? "" } ?? []
        guard !names.isEmpty, names.allSatisfy(\.isVisible) else { return false }
        root[keyPath: path] = names
        return true
      })
  }

  /// Declares a list of enum values.
  static func choices<Choice: RawRepresentable & Sendable>(
    _ name: String, _ path: any Path<Root, [Choice]>
  ) -> Self where Choice.RawValue == String {
    Self(
      name: name,
      value: { root in
        let words = root[keyPath: path].map(\.rawValue)
        return words.isEmpty ? nil : .texts(words)
      },
      take: { root, value in
        let choices = value.list?.map { $0.text.flatMap(Choice.init) } ?? []
        guard !choices.isEmpty, choices.allSatisfy({ $0 != nil }) else { return false }
        root[keyPath: path] = choices.compactMap { $0 }
        return true
      })
  }

  /// Declares a nested object of facts.
  static func part<Part: FactTable>(_ name: String, _ path: any Path<Root, Part?>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path].map(\.asValue) },
      take: { root, value in
        root[keyPath: path] = Part(facts: value)
        return root[keyPath: path] != nil
      })
  }
}

/// A key path to a property of a record.
typealias Path<Root, Item> = WritableKeyPath<Root, Item> & Sendable

extension String {
  /// Whether the string has 1 to 256 characters, all of them visible ASCII.
  fileprivate var isVisible: Bool {
    (1...256).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
