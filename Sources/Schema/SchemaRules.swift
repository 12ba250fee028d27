package import Diagnostics

/// What can be wrong with the shape of a file, whatever it is about.
package enum SchemaRules {
  /// For a key that a mapping does not have.
  package static let unknownKey = Rule(
    "unknown-key", "A mapping has only the keys it knows.",
    Explanation(
      "A misspelt setting would be dropped, and the server would run with its default instead.",
      wrong: """
        parameters:
          max_input_lenght: 4096
        """,
      right: """
        parameters:
          max_input_length: 4096
        """))

  static let missingKey = Rule(
    "missing-key", "A mapping has the keys it needs.",
    Explanation(
      """
      Without it nothing can be generated: amm does not guess which model is meant, or what \
      serves it.
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
    "missing-value", "A key that is written has a value.",
    Explanation(
      """
      Somebody meant to write a value there. Taken for unset, the line would promise a setting \
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
    "wrong-kind", "A mapping, a list and a single value do not stand for each other.",
    Explanation(
      """
      A list where one value belongs, or text where a section belongs, would be taken for \
      something that its author did not write.
      """,
      wrong: """
        tags: coding, small
        """,
      right: """
        tags: [coding, small]
        """))

  static let badValue = Rule(
    "bad-value", "A value is written as its type wants it, and is one of those it allows.",
    Explanation(
      """
      The server would stop at a word that it does not know, after the image and the model have \
      been downloaded, or it would silently take another one for it.
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
    "out-of-range", "A number lies within its limits.",
    Explanation(
      """
      The server refuses the number when it starts, or overflows on it while it serves. A number \
      with a digit too many is the usual case.
      """,
      wrong: """
        parameters:
          num_shard: 0
        """,
      right: """
        parameters:
          num_shard: 1
        """))

  /// An item that a list has twice.
  package static let duplicateItem = Rule(
    "duplicate-item", .warning, "A list of distinct things has each of them once.",
    Explanation(
      "The second one changes nothing. Often another word was meant there.",
      wrong: """
        tags: [coding, small, coding]
        """,
      right: """
        tags: [coding, small]
        """))

  /// A secret written where a file would show it.
  package static let secretValue = Rule(
    "secret-value", "No token or password stands in a file that is compiled.",
    Explanation(
      """
      Profiles are committed and shared, unit files can be read by other programs of the user, \
      and the Nix store by everybody on the machine. A token that was written there has to be \
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

  /// Every rule of this file, for the reference.
  package static let all = [
    unknownKey, missingKey, missingValue, wrongKind, badValue, outOfRange, duplicateItem,
    secretValue,
  ]
}
