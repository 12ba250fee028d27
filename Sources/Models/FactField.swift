import Values

/// A fact by the name that it has in JSON: one declaration for writing and for reading.
struct FactField<Root: Sendable>: Sendable {
  let name: String
  /// Whether a record without it is none.
  var isRequired = false
  /// What is written; nil for what is not known.
  let value: @Sendable (Root) -> Value?
  /// Takes what was read; false for what cannot be such a fact.
  let take: @Sendable (inout Root, JSONValue) -> Bool
}

/// What is written as an object of facts.
protocol FactTable: Sendable {
  /// One of which nothing is known.
  static var unknown: Self { get }
  /// In the order in which they are written.
  static var facts: [FactField<Self>] { get }
}

extension FactTable {
  /// As an object, without what is not known.
  var asValue: Value {
    .set(Self.facts.compactMap { fact in fact.value(self).map { .init(fact.name, $0) } })
  }

  /// What an object says; nil for anything else, for a fact that cannot be one, and for one that nobody
  /// knows.
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
  /// A number that is whole and exact in JSON.
  static func count(_ name: String, _ path: any Path<Root, Int?>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path].map(Value.integer) },
      take: { root, value in
        root[keyPath: path] = value.wholeNumber
        return value.wholeNumber != nil
      })
  }

  /// A number without which there is no record.
  static func needed(_ name: String, _ path: any Path<Root, Int>) -> Self {
    Self(
      name: name, isRequired: true, value: { .integer($0[keyPath: path]) },
      take: { root, value in
        guard let number = value.wholeNumber else { return false }
        root[keyPath: path] = number
        return true
      })
  }

  /// A number of any kind, not negative.
  static func number(_ name: String, _ path: any Path<Root, Double?>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path].map(Value.number) },
      take: { root, value in
        root[keyPath: path] = value.number
        return value.number.map { $0 >= 0 } ?? false
      })
  }

  /// A word of a file's own.
  static func word(_ name: String, _ path: any Path<Root, String?>) -> Self {
    Self(
      name: name,
      value: { root in root[keyPath: path].flatMap { $0.isFileWord ? .text($0) : nil } },
      take: { root, value in
        root[keyPath: path] = value.word
        return value.word != nil
      })
  }

  /// A word without which there is no record.
  static func neededWord(_ name: String, _ path: any Path<Root, String>) -> Self {
    Self(
      name: name, isRequired: true, value: { .text($0[keyPath: path]) },
      take: { root, value in
        guard let word = value.word else { return false }
        root[keyPath: path] = word
        return true
      })
  }

  /// Whether something is so, where that is known.
  static func flag(_ name: String, _ path: any Path<Root, Bool?>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path].map(Value.boolean) },
      take: { root, value in
        root[keyPath: path] = value.boolean
        return value.boolean != nil
      })
  }

  /// Whether something is so; what is not is not written.
  static func mark(_ name: String, _ path: any Path<Root, Bool>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path] ? true : nil },
      take: { root, value in
        root[keyPath: path] = true
        return value.boolean == true
      })
  }

  /// Names of a file's own, which may be patterns.
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

  /// Words of a choice.
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

  /// Facts of a part.
  static func part<Part: FactTable>(_ name: String, _ path: any Path<Root, Part?>) -> Self {
    Self(
      name: name, value: { $0[keyPath: path].map(\.asValue) },
      take: { root, value in
        root[keyPath: path] = Part(facts: value)
        return root[keyPath: path] != nil
      })
  }
}

/// A place in a record.
typealias Path<Root, Item> = WritableKeyPath<Root, Item> & Sendable

extension String {
  /// Whether it is of at most 256 visible ASCII characters.
  fileprivate var isVisible: Bool {
    (1...256).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
