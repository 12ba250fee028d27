import Diagnostics
import Host
import Profiles
import Schema
import Workspaces
import YAML

/// Reads a workspace from the disk.
struct WorkspaceLoader {
  let folder: WorkspaceFolder
  /// The workspace's profiles, `custom/` first.
  let files: [ProfileFile]
  private var diagnostics: [Diagnostic]

  init(_ folder: WorkspaceFolder) throws(HostError) {
    self.folder = folder
    let custom = try ProfileFolder(folder.file("custom"), prefix: "custom")
    let profiles = try ProfileFolder(folder.file("profiles"))
    files = custom.files + profiles.files
    diagnostics = custom.diagnostics + profiles.diagnostics
  }

  /// Whether there is a workspace at all.
  var exists: Bool {
    get throws(HostError) { try Files.kind(of: folder.file("instances.yaml")) != nil }
  }

  /// The workspace with its active profiles.
  func load() throws(HostError) -> Outcome<Workspace> {
    let (links, said) = try readLinks()
    let location = WorkspaceLocation(
      activeFolder: folder.file("active"), folder: Files.canonical(folder.path),
      home: Terminal.variable("HOME"))
    let outcome = SourceFile.read(folder.file("instances.yaml")).then { source in
      Composer.compose(source).then { node in
        Workspace.read(node, from: source, links: links, location: location)
      }
    }
    return Outcome(outcome.value, diagnostics + said + outcome.diagnostics)
  }

  /// All profiles checked, whether a link names them or not.
  func checkProfiles() -> [Diagnostic] {
    let files = files
    return Parallel.map(count: files.count) { files[$0].read().diagnostics }.flatMap { $0 }
  }

  private func readLinks() throws(HostError) -> ([ActiveLink], [Diagnostic]) {
    var links: [ActiveLink] = []
    var diagnostics: [Diagnostic] = []
    var profiles: [String: ActiveProfile?] = [:]
    for name in try Files.names(in: folder.file("active"))
    where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
      let path = folder.file("active/" + name)
      var state = try target(of: path)
      if case .profile(let id, _) = state {
        if let known = profiles[id] {
          state = .profile(id, known)
        } else if let file = files.first(where: { $0.id == id }) {
          let outcome = file.read()
          diagnostics += outcome.diagnostics
          let profile = outcome.value.map { ActiveProfile(id: id, profile: $0) }
          profiles[id] = .some(profile)
          state = .profile(id, profile)
        }
      }
      links.append(ActiveLink(instance: String(name.dropLast(5)), path: path, state: state))
    }
    return (links, diagnostics)
  }

  /// Where a link leads, by its text alone: what it is in the repository, not on this machine.
  private func target(of path: String) throws(HostError) -> ActiveLink.State {
    guard try Files.kind(of: path) == .link, let written = Files.destination(of: path) else {
      return .notALink
    }
    if written.hasPrefix("/") { return .absolute(written) }
    var parts: [Substring] = ["active"]
    for part in written.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        return .outside(written)
      }
    }
    guard let root = parts.first, root == "profiles" || root == "custom",
      parts.last?.hasSuffix(".yaml") == true
    else { return .outside(written) }
    let relative = parts.joined(separator: "/")
    guard (try? Files.read(folder.file(relative), limit: 0)) ?? nil != nil else {
      return .dangling(written)
    }
    let id = root == "profiles" ? parts.dropFirst().joined(separator: "/") : relative
    return .profile(String(id.dropLast(5)), nil)
  }
}
