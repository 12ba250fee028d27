package import Diagnostics

/// What can be wrong with a file before its meaning is looked at.
package enum YAMLRules {
  package static let syntax = Rule("yaml-syntax", "The file is YAML 1.2.")
  package static let notUTF8 = Rule("not-utf-8", "The file is UTF-8 text.")
  package static let controlCharacter = Rule(
    "control-character", "The file has no control characters but tab and line ends.")
  package static let empty = Rule("empty-file", "The file has something in it.")
  package static let severalDocuments = Rule(
    "several-documents", "The file holds one YAML document.")
  package static let duplicateKey = Rule("duplicate-key", "A mapping has each key once.")
  package static let complexKey = Rule("complex-key", "A mapping's keys are text.")
  package static let customTag = Rule("custom-tag", "Values carry no tag of their own.")
  package static let unknownAlias = Rule("unknown-alias", "An alias names an anchor above it.")
  package static let badMerge = Rule("bad-merge", "`<<` merges a mapping or a list of mappings.")
  package static let tooDeep = Rule(
    "too-deep", "Nesting goes no deeper than \(Composer.Limits.depth) levels.")
  package static let tooManyNodes = Rule(
    "too-many-nodes",
    "The file, its aliases followed, holds no more than \(Composer.Limits.nodes) values.")
  package static let tooLarge = Rule(
    "file-too-large", "The file is no larger than \(Composer.Limits.bytes >> 20) MiB.")

  package static let all = [
    syntax, notUTF8, controlCharacter, empty, severalDocuments, duplicateKey, complexKey,
    customTag, unknownAlias, badMerge, tooDeep, tooManyNodes, tooLarge,
  ]
}
