package import Deployments
package import Diagnostics
import Schema

/// The places of settings that a policy may forbid.
extension Instance {
  /// The place of the first environment variable, set by value, by a secret or by a file, or nil if
  /// there is none.
  ///
  /// A token or API key from the engine's store does not count, because its variable is fixed.
  package var firstVariableRange: SourceRange? {
    let variables = [own.value.environment, defaults.value.environment].compactMap {
      $0?.value.first?.name.range
    }
    let files = [token, apiKey].compactMap { $0 }.filter { $0.value.file != nil }.map(\.range)
    return (variables + secrets.map(\.name.range) + files).first
  }

  /// The place of the first label, or nil if there is none.
  package var firstLabelRange: SourceRange? { labels.first?.name.range }

  /// The place of `entrypoint`, or nil if it is not set.
  package var entrypointRange: SourceRange? { setting(\.entrypoint)?.range }

  /// Returns the place that mounts a host path, or nil if the instance does not mount it.
  package func range(ofMount path: HostPath) -> SourceRange? {
    if let volume = volumes.first(where: { $0.value.mount.source == .path(path) }) {
      return volume.range
    }
    if let cache, case .folder(path) = cache.value { return cache.range }
    return nil
  }
}

extension UnitAdditionsChoice {
  /// The place of the first key, or nil if there is none.
  package var firstRange: SourceRange? { entries.first?.range }
}

extension ApplySettings {
  /// The place of the command or arguments that a switch runs, or nil if there are none.
  package var commandRange: SourceRange? { command?.range ?? arguments?.range }
}
