package import Diagnostics
import Values

/// The format in which `validate` reports problems.
package enum ReportFormat: String, CaseIterable, Sendable {
  /// Text for people, on standard error.
  case text
  /// JSON for scripts.
  case json
  /// SARIF 2.1.0, for code scanning and editors.
  case sarif
  /// Annotations for GitHub's workflow runs.
  case github
  /// JUnit XML, for CI systems that show tests.
  case junit

  /// Returns the report of sorted diagnostics; nil for text, which the console prints.
  ///
  /// - Parameters:
  ///   - files: All files that were checked, with or without problems.
  ///   - parts: The parts of the workspace that need the user's agreement before they run.
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
