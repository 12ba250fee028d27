package import Deployments
package import Diagnostics
import Host
import Profiles
import Schema
import Values
import Workspaces
import YAML

/// The servers that a user names for an export: instances of the workspace, or profiles.
package struct ExportedServers {
  private let folder: WorkspaceFolder
  private let port: Int?

  /// - Parameter port: The port of a profile; nil for the server's own.
  package init(in folder: WorkspaceFolder, port: Int?) {
    self.folder = folder
    self.port = port
  }

  /// Returns a deployment of the named servers only, with the problems of what was read.
  ///
  /// - Throws: An ``OperationError`` if a name is that of no instance and no profile.
  package func deployment(of names: [String]) throws -> Outcome<Deployment> {
    let loader = try WorkspaceLoader(folder)
    let loaded = try folder.exists ? loader.load() : Outcome<Workspace>(nil, [])
    var workloads: [Workload] = []
    var diagnostics: [Diagnostic] = []
    var network: ResourceName?
    for name in names {
      if let workspace = loaded.value, let found = workspace.deployment.workload(named: name) {
        workloads.append(found)
        network = workspace.deployment.network
        continue
      }
      if try folder.exists, loaded.value == nil, try folder.instanceNames.contains(name) {
        return Outcome(nil, loaded.diagnostics)
      }
      let outcome = try profile(name, loader)
      diagnostics += outcome.diagnostics
      guard let deployment = outcome.value else { return Outcome(nil, diagnostics) }
      workloads += deployment.workloads
      network = network ?? deployment.network
    }
    guard let network else { return Outcome(nil, diagnostics) }
    var known: Set<ResourceName> = []
    return Outcome(
      Deployment(
        network: network, workloads: workloads.filter { known.insert($0.name).inserted }),
      diagnostics)
  }

  /// Returns the server of a profile, as an instance with the profile's name would have it.
  private func profile(_ word: String, _ loader: WorkspaceLoader) throws -> Outcome<Deployment> {
    let catalog = try ProfileCatalog(loader)
    let file: ProfileFile
    switch catalog.find(word) {
    case .one(let found): file = found
    case .several(let files):
      throw OperationError(
        .invalid, "'\(word)' could be \(Phrase.oneOf(files.map(\.id)))", help: "write the full path"
      )
    case .none(let suggestion):
      throw OperationError(
        .invalid, "there is no instance or profile '\(word)'",
        help: suggestion ?? "'amm list' lists the profiles, 'amm status' the instances")
    }
    let outcome = file.read(catalog.lock)
    return outcome.then { profile in
      let name = Self.name(of: file)
      let port = port ?? profile.runtime.value.interface(of: profile).port.number
      let token = profile.facts.gated?.value == true ? ", token: hf-token" : ""
      let source = SourceFile(
        path: file.path,
        text: "version: 1\ninstances: {\(JSON.quoted(name)): {port: \(port)\(token)}}\n")
      let link = ActiveLink(
        instance: name, path: file.path,
        state: .profile(file.id, ActiveProfile(id: file.id, profile: profile)))
      return Composer.compose(source).then { node in
        let workspace = Workspace.read(
          node, from: source, links: [link],
          location: WorkspaceLocation(
            activeFolder: "active", folder: nil, home: folder.machine.variable("HOME")),
          lock: catalog.lock)
        return Outcome(
          workspace.value?.deployment, workspace.diagnostics.filter { $0.rule.severity == .error })
      }
    }
  }

  /// Returns the name of an instance for a profile's file: `qwen3-5-4b` for `chat/qwen3.5-4b`.
  private static func name(of file: ProfileFile) -> String {
    let stem = file.id.split(separator: "/").last.map(String.init) ?? file.id
    let plain = stem.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
        ? character : "-"
    }
    return String(plain.drop { $0 == "-" || $0 == "_" }.prefix(63))
  }
}
