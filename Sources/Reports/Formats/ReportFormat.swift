package import Diagnostics
import Values

/// How `validate` says what it found.
package enum ReportFormat: String, CaseIterable, Sendable {
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

  /// The report, sorted already; nil for text, which goes to the terminal as it is made.
  ///
  /// - Parameters:
  ///   - files: Every file that was looked at, wrong or not.
  ///   - parts: What of the workspace wants trust before it is run.
  package func report(
    _ diagnostics: [Diagnostic], files: [String], wantingTrust parts: [String]
  ) -> Shown? {
    let diagnostics = diagnostics.shielded
    return switch self {
    case .text: nil
    case .json:
      Shown(
        json: .document([
          "diagnostics": .list(diagnostics.map(\.value)),
          "errors": .integer(diagnostics.count { $0.severity == .error }),
          "warnings": .integer(diagnostics.count { $0.severity == .warning }),
          "needs_trust": .texts(parts),
        ]))
    case .sarif: Shown(json: SARIF.log(diagnostics))
    case .github: Shown(annotations: diagnostics.map(GitHubAnnotation.text).joined())
    case .junit: Shown(xml: JUnit.text(diagnostics, files: files))
    }
  }
}
