import ArgumentParser
import Diagnostics
import Values

/// How `validate` says what it found.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  /// For people, on standard error.
  case text
  /// For scripts.
  case json
  /// SARIF 2.1.0, for code scanning and editors.
  case sarif
  /// Annotations of GitHub's workflow runs.
  case github
  /// JUnit XML, for CI systems that show tests.
  case junit

  static var allValueStrings: [String] { allCases.map(\.rawValue) }

  /// The report, sorted already; nil for text, which goes to the terminal as it is made.
  ///
  /// - Parameter files: Every file that was looked at, wrong or not.
  func report(_ diagnostics: [Diagnostic], files: [String]) -> String? {
    switch self {
    case .text: nil
    case .json:
      JSON.text(
        .set([
          "diagnostics": .list(diagnostics.map(\.value)),
          "errors": .integer(diagnostics.count { $0.severity == .error }),
          "warnings": .integer(diagnostics.count { $0.severity == .warning }),
        ]))
    case .sarif: JSON.text(SARIF.log(diagnostics))
    case .github: diagnostics.map(GitHubAnnotation.text).joined()
    case .junit: JUnit.text(diagnostics, files: files)
    }
  }
}
