package import Deployments
package import Diagnostics
import Schema

/// Where an instance says what a policy may forbid.
extension Instance {
  /// Where the first variable is set, by value or by a secret, or all variables of a file are; nil without any.
  ///
  /// A token or key that the engine keeps is none: it has a variable of its own.
  package var firstVariableRange: SourceRange? {
    let variables = [own.environment, defaults.environment].compactMap {
      $0?.value.first?.name.range
    }
    let files = [token, apiKey].compactMap { $0 }.filter { $0.value.file != nil }.map(\.range)
    return (variables + secrets.map(\.name.range) + files).first
  }

  /// Where the first label stands; nil without any.
  package var firstLabelRange: SourceRange? { labels.first?.name.range }

  /// Where another program than the image's is named; nil where none is.
  package var entrypointRange: SourceRange? { setting(\.entrypoint)?.range }

  /// Where a folder or file of the machine is named that it mounts; nil where it names none such.
  package func range(ofMount path: HostPath) -> SourceRange? {
    if let volume = volumes.first(where: { $0.value.mount.source == .path(path) }) {
      return volume.range
    }
    if let cache, case .folder(path) = cache.value { return cache.range }
    return nil
  }
}

extension UnitAdditionsChoice {
  /// Where the first key stands; nil without any.
  package var firstRange: SourceRange? { entries.first?.range }
}

extension ApplySettings {
  /// Where words of a command that a switch runs are written; nil without any.
  package var commandRange: SourceRange? { command?.range ?? arguments?.range }
}
