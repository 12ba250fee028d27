package import Diagnostics

/// What can be wrong with a file before its meaning is looked at.
package enum YAMLRules {
  /// A file that is not YAML.
  package static let syntax = Rule(
    "yaml-syntax", "The file is YAML 1.2.",
    Explanation(
      """
      A file that is not YAML has no meaning to check. amm stops at the first place that breaks \
      the syntax, so the mistakes behind it are told only in the next run.
      """,
      wrong: """
        name: demo
          category: coding
        """,
      right: """
        name: demo
        category: coding
        """,
      source: "YAML 1.2.2, as libyaml reads it"))

  static let notUTF8 = Rule(
    "not-utf-8", "The file is UTF-8 text.",
    Explanation(
      """
      Bytes in another encoding would reach unit files and Nix as different letters on each \
      machine, or make systemd refuse the whole unit.
      """,
      wrong: """
        description: caf<E9>  # the byte of Latin-1
        """,
      right: """
        description: café
        """,
      source: "systemd 257, src/shared/conf-parser.c"))

  static let controlCharacter = Rule(
    "control-character", "The file has no control characters but tab and line ends.",
    Explanation(
      """
      Control characters are invisible in an editor, and in a unit file they end lines or \
      values. They come from copied terminal output more often than from a keyboard.
      """,
      wrong: """
        name: de<BEL>mo  # an invisible byte, 07
        """,
      right: """
        name: demo
        """,
      source: "YAML 1.2.2, section 5.1"))

  /// A file without a document.
  package static let empty = Rule(
    "empty-file", "The file has something in it.",
    Explanation(
      """
      A file without a value is most likely one that was not saved. Read as an empty profile, it \
      would only give a list of missing keys.
      """,
      wrong: """
        # Nothing but a comment.
        """,
      right: """
        name: demo
        source:
          type: huggingface
          model_id: org/model
        container:
          runtime: tgi
        """))

  static let severalDocuments = Rule(
    "several-documents", "The file holds one YAML document.",
    Explanation(
      """
      A profile is known by its file's name, so a second one in the file could never be linked. \
      It would be dropped without a word.
      """,
      wrong: """
        name: demo
        ---
        name: other
        """,
      right: """
        name: demo
        """))

  static let duplicateKey = Rule(
    "duplicate-key", "A mapping has each key once.",
    Explanation(
      """
      Programs disagree on which of the two counts, and the reader of the file sees the other \
      one.
      """,
      wrong: """
        parameters:
          context_length: 4096
          context_length: 8192
        """,
      right: """
        parameters:
          context_length: 8192
        """,
      source: "YAML 1.2.2, section 3.2.1.1"))

  static let complexKey = Rule(
    "complex-key", "A mapping's keys are text.",
    Explanation(
      """
      YAML allows a list or a mapping as a key, but no field is named by one. Usually a stray \
      '?', '[' or '{' stands where text was meant.
      """,
      wrong: """
        benchmarks:
          ? [humaneval, pass1]
          : 44.4
        """,
      right: """
        benchmarks:
          humaneval: 44.4
        """))

  static let customTag = Rule(
    "custom-tag", "Values carry no tag of their own.",
    Explanation(
      """
      A tag asks the reader to make something of the value that YAML does not know. amm would \
      have to drop it, and with it what its author meant.
      """,
      wrong: """
        tags: !set [coding, small]
        """,
      right: """
        tags: [coding, small]
        """))

  static let unknownAlias = Rule(
    "unknown-alias", "An alias names an anchor above it.",
    Explanation(
      """
      An alias repeats the value that an anchor marked further up. Without the anchor there is \
      no value, and a setting that begins with '*' has to be quoted.
      """,
      wrong: """
        parameters: *defaults
        """,
      right: """
        parameters: &defaults
          context_length: 8192
        """,
      source: "YAML 1.2.2, section 7.1"))

  static let badMerge = Rule(
    "bad-merge", "`<<` merges a mapping or a list of mappings.",
    Explanation(
      """
      `<<` copies the keys of another mapping. From text, a number or nothing there is no key to \
      copy, so settings that the author counts on would be missing.
      """,
      wrong: """
        parameters:
          <<: defaults
        """,
      right: """
        parameters:
          <<: {context_length: 8192}
        """,
      source: "YAML 1.1, yaml.org/type/merge.html"))

  /// Collections nested deeper than `Limits.depth`.
  package static let tooDeep = Rule(
    "too-deep", "Nesting goes no deeper than 64 levels.",
    Explanation(
      """
      No profile needs such depth, and a reader that follows it for ever can be made to run out \
      of stack. It is a guard against files that were made to do harm.
      """,
      wrong: """
        notes: [[[[[[[[ ... ]]]]]]]]  # 65 brackets
        """,
      right: """
        notes: See the model's card.
        """))

  /// More values than `Limits.nodes`.
  package static let tooManyNodes = Rule(
    "too-many-nodes",
    "The file, its aliases followed, holds no more than 50000 values.",
    Explanation(
      """
      A few lines of aliases that hold aliases stand for millions of values, which would fill \
      the memory of the machine that builds.
      """,
      wrong: """
        a: &a [x, x, x, x, x, x, x, x, x, x]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
        d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
        tags: [*d, *d, *d, *d, *d]
        """,
      right: """
        tags: [coding, small]
        """))

  /// A file of more than `Limits.bytes`.
  package static let tooLarge = Rule(
    "file-too-large", "The file is no larger than 1 MiB.",
    Explanation(
      """
      Something else than a profile has got into the folder, such as a model's weights under the \
      wrong name. Reading it would only take time.
      """,
      wrong: """
        notes: |
          ... more than a mebibyte of text ...
        """,
      right: """
        notes: The measurements are in the model's card.
        """))

  /// Every rule of this file, for the reference.
  package static let all = [
    syntax, notUTF8, controlCharacter, empty, severalDocuments, duplicateKey, complexKey,
    customTag, unknownAlias, badMerge, tooDeep, tooManyNodes, tooLarge,
  ]
}
