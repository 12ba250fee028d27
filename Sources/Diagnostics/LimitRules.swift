/// How much is said of one file.
package enum LimitRules {
  /// The errors, and as many warnings, that one stage says of a file.
  ///
  /// More are made by programs, not by people: told in full, they would cost minutes.
  package static let diagnostics = 100

  static let tooManyErrors = Rule(
    "too-many-errors", "A file has no more than 100 errors.",
    Explanation(
      """
      Something else than a profile is under its name, or one slip shifted all of it. A hundred \
      errors are enough to see which; the others are not looked at before these are mended.
      """,
      wrong: """
        # A log or a table under the name of a profile: each of its lines is an unknown key.
        key1: 1
        key2: 2
        """,
      right: """
        name: demo
        source:
          type: huggingface
          model_id: org/model
        container:
          runtime: tgi
        """))

  static let tooManyWarnings = Rule(
    "too-many-warnings", .warning, "A file has no more than 100 warnings.",
    Explanation(
      """
      Nobody reads a hundred warnings of one kind. Those that are not shown are found again when \
      the first are mended.
      """,
      wrong: """
        tags: [coding, coding, coding, coding]  # and a hundred more
        """,
      right: """
        tags: [coding]
        """))

  /// Every rule of this file, for the reference.
  package static let all = [tooManyErrors, tooManyWarnings]
}
