/// Limits on the number of diagnostics for one file.
package enum LimitRules {
  /// The number of errors, and of warnings, that one stage reports for a file.
  ///
  /// A file with more was written by a program, not a person. Showing them all would take minutes.
  package static let diagnostics = 100

  static let tooManyErrors = Rule(
    "too-many-errors", "The file has more than 100 errors.",
    Explanation(
      """
      The file is probably not a profile, or one mistake shifted all of its lines. A hundred \
      errors are enough to see which. amm does not look for more until these are fixed.
      """,
      wrong: """
        # A log or a table with the name of a profile: each line is an unknown key.
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
    "too-many-warnings", .warning, "The file has more than 100 warnings.",
    Explanation(
      """
      A hundred warnings are too many to read. amm reports the rest when the first are fixed.
      """,
      wrong: """
        tags: [coding, coding, coding, coding]  # and a hundred more
        """,
      right: """
        tags: [coding]
        """))

  /// All rules of this file, for the reference.
  package static let all = [tooManyErrors, tooManyWarnings]
}
