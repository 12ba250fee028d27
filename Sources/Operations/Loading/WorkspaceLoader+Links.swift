package import Host
import Text
import Workspaces

extension WorkspaceLoader {
  /// Returns the IDs of the profiles that active links select, by instance name.
  package func activeProfiles() throws(HostError) -> [String: String] {
    var found: [String: String] = [:]
    for link in try activeLinks() { found[link.instance] = link.profile }
    return found
  }

  /// Returns the links in `active/`, without their profiles.
  func activeLinks() throws(HostError) -> [ActiveLink] {
    guard let active = try folder.folder("active") else { return [] }
    var found: [(name: String, target: LinkTarget)] = []
    for entry in try active.entries()
    where entry.name.hasSuffix(".yaml") && !entry.name.hasPrefix(".") {
      found.append((entry.name, try LinkTarget(of: entry, in: active)))
    }
    // The folders list most profiles, so that only the others are looked up.
    let selected = Set(found.compactMap { $0.target.path.map(folder.file) })
    let listed = Set(files.lazy.filter { $0.isListed && selected.contains($0.path) }.map(\.path))
    return found.map { name, target in
      let state = target.state { listed.contains(folder.file($0)) || exists($0) }
      return ActiveLink(
        instance: String(name.dropLast(".yaml".count)), path: active.shown(name), state: state)
    }
  }

  /// Returns whether a file of the workspace exists; true if it cannot be read, which is reported
  /// when it is read.
  private func exists(_ relative: String) -> Bool {
    do throws(HostError) {
      return try folder.read(relative, limit: 0) != nil
    } catch {
      return true
    }
  }
}

/// The target of a link in `active/`, by its text only, so that it is the same on every machine.
private enum LinkTarget {
  /// Not a file of the workspace.
  case other(ActiveLink.State)
  /// A file of the workspace, by its path, and the link as it is written.
  case inside(String, written: String)

  init(of entry: Files.Entry, in active: Folder) throws(HostError) {
    guard entry.kind == .link, let written = try active.destination(of: entry.name) else {
      self = .other(.notALink)
      return
    }
    guard !written.hasPrefix("/") else {
      self = .other(.absolute(written))
      return
    }
    var parts = ["active"]
    for part in written.pathParts where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        self = .other(.outside(written))
        return
      }
    }
    self = .inside(parts.joined(separator: "/"), written: written)
  }

  /// The path of the file, whether or not it exists; nil if it is not in the workspace.
  var path: String? { if case .inside(let path, _) = self { path } else { nil } }

  /// Returns the state of the link.
  ///
  /// - Parameter exists: Returns whether a file of the workspace exists.
  func state(_ exists: (String) -> Bool) -> ActiveLink.State {
    switch self {
    case .other(let state): return state
    case .inside(let path, let written):
      guard exists(path) else { return .dangling(written) }
      let library = "profiles/"
      guard path.hasSuffix(".yaml"), path.hasPrefix(library) || path.hasPrefix("custom/") else {
        return .notAProfile(written)
      }
      let id = path.hasPrefix(library) ? path.dropFirst(library.count) : path[...]
      return .profile(String(id.dropLast(".yaml".count)), nil)
    }
  }
}
