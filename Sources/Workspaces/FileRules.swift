package import Diagnostics

/// What can be wrong with the files of a workspace, before they are read.
package enum FileRules {
  /// A file whose name cannot be used.
  package static let fileName = Rule(
    "file-name", "A profile's path is made of letters, digits, '.', '-' and '_'.",
    Explanation(
      """
      The path is how links, `amm info` and the generated comments name a profile. A blank or a \
      letter with an accent would have to be quoted differently in each of them.
      """,
      wrong: """
        profiles/coding/my model.yaml
        """,
      right: """
        profiles/coding/my-model.yaml
        """))

  /// A file that cannot be read.
  package static let unreadable = Rule(
    "unreadable-file", "Files of a workspace can be read.",
    Explanation(
      """
      What cannot be read cannot be checked, and units that leave it out would stop the servers \
      that need it. So nothing is generated.
      """,
      wrong: """
        profiles/coding/demo.yaml -> ../chat/gone.yaml
        """,
      right: """
        profiles/coding/demo.yaml
        """))

  /// A file of YAML with another ending than `.yaml`.
  package static let wrongEnding = Rule(
    "wrong-ending", .warning, "A profile's name ends with '.yaml'.",
    Explanation(
      """
      amm reads only '.yaml'. A profile with another ending is never checked, cannot be linked, \
      and does not appear in `amm list`.
      """,
      wrong: """
        profiles/coding/demo.yml
        """,
      right: """
        profiles/coding/demo.yaml
        """))

  /// A folder in which nothing is to be checked.
  package static let nothingFound = Rule(
    "nothing-found", .warning, "There is something to check.",
    Explanation(
      """
      A check of no files finds nothing wrong. In CI, a misspelt folder would stay green for ever; \
      `--strict` fails.
      """,
      wrong: """
        amm validate --strict profile/
        """,
      right: """
        amm validate --strict profiles/
        """))

  /// Every rule of this file, for the reference.
  package static let all = [fileName, unreadable, wrongEnding, nothingFound]
}
