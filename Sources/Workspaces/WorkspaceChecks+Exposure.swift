import Deployments
import Diagnostics
import Profiles
import Schema

extension WorkspaceChecks {
  /// Checks the host paths that instances give to their servers, with links resolved on this
  /// machine.
  static let hostExposed = WorkspaceCheck(Checks.hostExposed) { workspace, rule, collector in
    let location = workspace.location
    for instance in workspace.instances + workspace.companionInstances {
      for volume in instance.volumes where !volume.value.isUnsafe {
        guard case .path(let path) = volume.value.mount.source else { continue }
        let isReadOnly = volume.value.mount.options.contains(.readOnly)
        guard let exposure = location.exposure(of: path, readOnly: isReadOnly) else { continue }
        collector.emit(
          rule, volume.range, "'\(path.text)' \(exposure.sentence)",
          help: exposure.instead
            ?? "mount only the part that is needed, or confirm the mount with 'unsafe: true'"
        )
      }
      if let cache = instance.cache, case .folder(let path) = cache.value,
        let exposure = location.exposure(of: path, readOnly: false)
      {
        collector.emit(
          rule, cache.range, "'\(path.text)' \(exposure.sentence)",
          help: "keep models in a separate folder, such as '~/.cache/huggingface'")
      }
      for (file, range, variable) in instance.variableFiles where file.isKeyFile(location.home) {
        collector.emit(
          rule, range,
          "'\(file.text)' is not a file of variables, and the server would see its content",
          help:
            "create a file with only the line \(variable)=…, such as '~/.config/amm/\(variable.lowercased()).env'"
        )
      }
      guard let profile = instance.active?.profile else { continue }
      for path in profile.hostPaths {
        guard let exposure = location.exposure(of: path.value, readOnly: true) else { continue }
        collector.emit(
          rule, instance.name.range,
          "'\(path.value.text)', which '\(instance.name.value.text)' mounts, \(exposure.sentence)",
          help: "put the model into a separate folder",
          notes: [.init(SourceLocation(profile.source, path.range), "the profile names it here")])
      }
    }
  }
}

extension Instance {
  /// The files that the instance reads secrets from, each with the required variable.
  fileprivate var variableFiles: [(file: HostPath, range: SourceRange, variable: String)] {
    let token = token.flatMap { token in token.value.file.map { ($0, token.range, "HF_TOKEN") } }
    let variable = active?.profile.runtime.value.keyVariable?.text ?? "API_KEY"
    let key = apiKey.flatMap { key in key.value.file.map { ($0, key.range, variable) } }
    return [token, key].compactMap { $0 }
      + secrets.compactMap { pair in
        pair.item.value.file.map { ($0, pair.item.range, pair.name.value.text) }
      }
  }
}

extension HostPath {
  /// Returns whether a file holds the user's keys or passwords, or belongs to the kernel, and was
  /// not created for a server.
  fileprivate func isKeyFile(_ home: String?) -> Bool {
    let parts = text.split(separator: "/").map(String.init)
    let isOwn = ["/run/", "/etc/"].contains { text.hasPrefix($0) } && parts.count > 2
    guard HostExposure(of: text, home: home) != nil else { return false }
    return !isOwn && !parts.contains(".config") && !parts.contains(".local")
  }
}

extension WorkspaceLocation {
  fileprivate struct Exposure {
    let sentence: String
    let instead: String?
  }

  /// Returns what a mount of a path exposes, based on its text and on the target of its links.
  fileprivate func exposure(of path: HostPath, readOnly isReadOnly: Bool) -> Exposure? {
    let absolute = path.absolute(home: home)
    if let exposure = HostExposure(of: path.text, home: home) {
      return Exposure(sentence: "is \(exposure.reason)", instead: exposure.instead)
    }
    if !isReadOnly, contains(path) {
      return Exposure(
        sentence: "is in the workspace, where the server could change what is served next",
        instead: "mount it with ':ro'")
    }
    guard let absolute, let target = canonical(absolute), target != absolute,
      let exposure = HostExposure(of: target, home: home.flatMap(canonical))
    else { return nil }
    return Exposure(
      sentence: "points to '\(target)' on this machine, which is \(exposure.reason)",
      instead: exposure.instead)
  }
}
