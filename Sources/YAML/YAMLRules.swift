package import Diagnostics

/// Problems with a file that are found before its content is interpreted.
package enum YAMLRules {
  /// A file that is not YAML.
  package static let syntax = Rule(
    "yaml-syntax", "The file is not valid YAML 1.2.",
    Explanation(
      """
      amm stops at the first syntax error, so it reports any further mistakes only when this \
      one is fixed.
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
    "not-utf-8", "The file is not UTF-8 text.",
    Explanation(
      """
      Bytes in another encoding would reach unit files and Nix as different letters on each \
      machine, or make systemd refuse the entire unit.
      """,
      wrong: """
        description: caf<E9>  # the byte of Latin-1
        """,
      right: """
        description: café
        """,
      source: "systemd 257, src/shared/conf-parser.c"))

  static let controlCharacter = Rule(
    "control-character", "The file contains a control character.",
    Explanation(
      """
      Control characters are invisible in an editor, and in a unit file they end lines or \
      values. They usually come from copied terminal output. Tabs and line ends are allowed.
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
    "empty-file", "The file is empty.",
    Explanation(
      """
      An empty file was most likely not saved. As an empty profile, it would only produce a \
      list of missing keys.
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
    "several-documents", "The file contains more than one YAML document.",
    Explanation(
      """
      A profile is identified by its file name, so a second profile in the file could never be \
      linked and would be ignored without notice.
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
    "duplicate-key", "A mapping contains the same key twice.",
    Explanation(
      """
      Programs disagree on which of the two counts, so the server could get a value that the \
      reader does not expect.
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
    "complex-key", "A key of a mapping is not text.",
    Explanation(
      """
      YAML allows a list or a mapping as a key, but no setting has such a key. The usual cause is \
      a stray '?', '[' or '{'.
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
    "custom-tag", "A value has a custom tag.",
    Explanation(
      """
      A tag asks for a type that YAML does not define. amm would have to ignore it, and the \
      author's intention with it.
      """,
      wrong: """
        tags: !set [coding, small]
        """,
      right: """
        tags: [coding, small]
        """))

  static let unknownAlias = Rule(
    "unknown-alias", "An alias refers to an anchor that does not exist above it.",
    Explanation(
      """
      An alias repeats the value that an anchor marks further up. Without the anchor there is no \
      value. Text that begins with '*' must be quoted.
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
    "bad-merge", "The value of `<<` is not a mapping or a list of mappings.",
    Explanation(
      """
      `<<` copies the keys of another mapping. Text, a number or an empty value has no keys to \
      copy, so settings would be missing.
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
    "too-deep", "Values are nested deeper than 64 levels.",
    Explanation(
      """
      No profile needs such depth, and unlimited nesting can exhaust the reader's stack. The limit \
      protects against malicious files.
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
    "The file contains more than 50000 values after aliases are expanded, or instances.yaml more than 300000.",
    Explanation(
      """
      A few lines of nested aliases can expand to millions of values, which would fill the \
      memory of the machine.
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
    "file-too-large", "The file is larger than 1 MiB, or instances.yaml than 4 MiB.",
    Explanation(
      """
      The file is probably not a profile: for example, a model's weights under the wrong name. \
      Reading it would only take time.
      """,
      wrong: """
        notes: |
          ... more than a mebibyte of text ...
        """,
      right: """
        notes: The measurements are in the model's card.
        """))

  /// All rules of this file, for the reference.
  package static let all = [
    syntax, notUTF8, controlCharacter, empty, severalDocuments, duplicateKey, complexKey,
    customTag, unknownAlias, badMerge, tooDeep, tooManyNodes, tooLarge,
  ]
}
