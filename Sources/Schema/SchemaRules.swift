package import Diagnostics

/// What can be wrong with the shape of a file, whatever it is about.
package enum SchemaRules {
  package static let unknownKey = Rule("unknown-key", "A mapping has only the keys it knows.")
  package static let missingKey = Rule("missing-key", "A mapping has the keys it needs.")
  package static let missingValue = Rule("missing-value", "A key that is written has a value.")
  package static let wrongKind = Rule(
    "wrong-kind", "A mapping, a list and a single value do not stand for each other.")
  package static let badValue = Rule(
    "bad-value", "A value is written as its type wants it, and is one of those it allows.")
  package static let outOfRange = Rule("out-of-range", "A number lies within its limits.")
  package static let duplicateItem = Rule(
    "duplicate-item", .warning, "A list of distinct things has each of them once.")
  package static let secretValue = Rule(
    "secret-value", "No token or password stands in a file that is compiled.")

  package static let all = [
    unknownKey, missingKey, missingValue, wrongKind, badValue, outOfRange, duplicateItem,
    secretValue,
  ]
}
