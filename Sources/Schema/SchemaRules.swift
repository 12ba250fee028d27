package import Diagnostics

/// Problems with the structure of a file of any kind.
package enum SchemaRules {
  /// A key that is not in the mapping's table.
  package static let unknownKey = Rule(
    "unknown-key", "A mapping contains an unknown key.",
    Explanation(
      "A misspelt setting would be ignored, and the server would run with its default instead.",
      wrong: """
        parameters:
          max_input_lenght: 4096
        """,
      right: """
        parameters:
          max_input_length: 4096
        """))

  static let missingKey = Rule(
    "missing-key", "A mapping lacks a required key.",
    Explanation(
      """
      Without the key nothing can be generated: amm does not guess which model is meant, or \
      which server runs it.
      """,
      wrong: """
        source:
          type: huggingface
          model_id: org/model
        container: {}
        """,
      right: """
        source:
          type: huggingface
          model_id: org/model
        container:
          runtime: tgi
        """))

  /// A field with nothing after its colon.
  package static let missingValue = Rule(
    "missing-value", "A key has no value.",
    Explanation(
      """
      The line was probably left unfinished. If amm ignored it, the file would show a setting \
      that the server never gets.
      """,
      wrong: """
        parameters:
          context_length:
        """,
      right: """
        parameters:
          context_length: 8192
        """))

  static let wrongKind = Rule(
    "wrong-kind", "The value is of the wrong kind: a mapping, a list or a single value.",
    Explanation(
      """
      A list in place of a single value, or text in place of a section, would be read as \
      something that the author did not mean.
      """,
      wrong: """
        tags: coding, small
        """,
      right: """
        tags: [coding, small]
        """))

  static let badValue = Rule(
    "bad-value", "The value is not valid for its key.",
    Explanation(
      """
      The server would refuse an unknown value after the image and the model have been \
      downloaded, or silently use another one instead.
      """,
      wrong: """
        parameters:
          context_length: 8k
        """,
      right: """
        parameters:
          context_length: 8192
        """))

  static let outOfRange = Rule(
    "out-of-range", "The number is out of range.",
    Explanation(
      """
      The server refuses the number when it starts, or overflows while it serves. The usual cause \
      is an extra digit.
      """,
      wrong: """
        parameters:
          num_shard: 0
        """,
      right: """
        parameters:
          num_shard: 1
        """))

  /// An item that occurs twice in a list.
  package static let duplicateItem = Rule(
    "duplicate-item", .warning, "The list contains a duplicate.",
    Explanation(
      "The second item has no effect. Often a different word was meant.",
      wrong: """
        tags: [coding, small, coding]
        """,
      right: """
        tags: [coding, small]
        """))

  /// A secret in a file that would reveal it.
  package static let secretValue = Rule(
    "secret-value", "A file that amm compiles contains a token or password.",
    Explanation(
      """
      Profiles are committed and shared. Other programs of the user can read unit files, and \
      everyone on the machine can read the Nix store. A token that was written there must be \
      revoked.
      """,
      wrong: """
        environment:
          HF_TOKEN: hf_...
        """,
      right: """
        # instances.yaml
        instances:
          main: {port: 8080, token: {secret: hf-token}}
        """,
      source: "Podman 5.8, docs/source/markdown/podman-systemd.unit.5.md (Secret=)"))

  /// All rules of this file, for the reference.
  package static let all = [
    unknownKey, missingKey, missingValue, wrongKind, badValue, outOfRange, duplicateItem,
    secretValue,
  ]
}
