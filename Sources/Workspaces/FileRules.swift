package import Diagnostics

/// The rules for problems with the files of a workspace before they are parsed.
package enum FileRules {
  /// The path of a profile contains characters that are not allowed.
  package static let fileName = Rule(
    "file-name",
    "The profile's path contains characters other than letters, digits, '.', '-' and '_'.",
    Explanation(
      """
      Links, `amm info` and generated comments use the path to name a profile. Spaces and accented \
      letters would need different quoting in each of them.
      """,
      wrong: """
        profiles/coding/my model.yaml
        """,
      right: """
        profiles/coding/my-model.yaml
        """))

  /// A file that cannot be read.
  package static let unreadable = Rule(
    "unreadable-file", "A file of the workspace cannot be read.",
    Explanation(
      """
      If amm generated units without this file, the servers that need it would lose their units \
      and stop. Nothing is generated.
      """,
      wrong: """
        profiles/coding/demo.yaml -> ../chat/gone.yaml
        """,
      right: """
        # a readable file, or a link to one
        profiles/coding/demo.yaml
        """))

  /// A YAML file has a name that does not end with `.yaml`.
  package static let wrongEnding = Rule(
    "wrong-ending", .warning, "The profile's file name does not end with '.yaml'.",
    Explanation(
      """
      amm reads only '.yaml' files. A profile with another ending is not checked, cannot be \
      linked, and does not appear in `amm list`.
      """,
      wrong: """
        profiles/coding/demo.yml
        """,
      right: """
        profiles/coding/demo.yaml
        """))

  /// A generated file is out of date.
  package static let staleFile = Rule(
    "stale-file", "A generated file does not match the workspace.",
    Explanation(
      """
      home-manager and Podman use the files in generated/. If they are out of date, the servers \
      keep running with the old settings.
      """,
      wrong: """
        git commit profiles/coding/demo.yaml
        """,
      right: """
        amm generate && git commit profiles/coding/demo.yaml generated/
        """))

  /// A folder contains no files to check.
  package static let nothingFound = Rule(
    "nothing-found", .warning, "There are no files to check.",
    Explanation(
      """
      Without files to check, amm reports no errors. In CI, a misspelt folder would always pass. \
      With `--strict`, it fails.
      """,
      wrong: """
        amm validate --strict profile/
        """,
      right: """
        amm validate --strict profiles/
        """))

  /// All rules of this file, for the reference.
  package static let all = [fileName, unreadable, wrongEnding, nothingFound, staleFile]
}
