package import Deployments
package import Diagnostics
import Locks
import Profiles
import Schema
import YAML

/// Where a workspace stands on this machine: for checks, never for what is generated.
package struct WorkspaceLocation: Sendable {
  /// The path of `active/` as the user sees it, for messages.
  package let activeFolder: String
  /// The workspace's canonical path; nil when it cannot be told.
  package let folder: String?
  /// The user's home folder.
  package let home: String?
  /// The path that an existing one leads to, every link followed; nil for one that is not there.
  let canonical: @Sendable (String) -> String?

  package init(
    activeFolder: String, folder: String?, home: String?,
    canonical: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.activeFolder = activeFolder
    self.folder = folder
    self.home = home
    self.canonical = canonical
  }

  /// Whether a path leads into the workspace, which is committed and shared.
  func contains(_ path: HostPath) -> Bool {
    guard let folder else { return false }
    return path.absolute(home: home)?.hasPrefix(folder + "/") == true
  }
}

/// `instances.yaml` as it is read, with what the active links name: what checks look at.
package struct WorkspaceDraft: Sendable {
  /// The file `instances.yaml`.
  package let source: SourceFile
  /// The network that all instances join.
  package let network: ResourceName
  /// What the machine has; nil where nothing is said.
  package let host: HostSettings?
  /// The host's GPUs, in the order of the file; nil for one whose memory is not said.
  let hostCards: [HostCard?]
  /// How a switch is brought to the machine.
  package let apply: ApplySettings
  /// Nil where the file names none.
  let targets: [Pair<ResourceName, TargetSection>]?
  /// In the order of the file.
  package let instances: [Instance]
  /// The links of `active/`, in order of their names.
  package let links: [ActiveLink]
  /// Where the workspace lies.
  package let location: WorkspaceLocation
  /// What images are pinned to; nil where the workspace has no lock.
  let lock: ModelLock?
  /// The places of instances by their names, the first of each.
  private let places: [String: Int]
  /// Links by the bytes of their names, as file names are compared: the Kelvin sign is a 'K' to Swift
  /// alone.
  private let linksByName: [[UInt8]: ActiveLink]
  /// All instances that are named, those too that could not be read; nil without such a mapping.
  let declaredNames: [String]?

  init(
    _ document: InstancesDocument, _ node: Node, from source: SourceFile, links: [ActiveLink],
    location: WorkspaceLocation, lock: ModelLock? = nil
  ) {
    self.lock = lock
    self.source = source
    self.links = links
    self.location = location
    network = document.network?.value ?? Self.defaultNetwork
    host = document.host?.value
    hostCards = Self.cards(of: document.host?.value)
    apply = document.apply?.value ?? ApplySettings()
    targets = document.targets?.value
    linksByName = Dictionary(links.map { (Array($0.instance.utf8), $0) }) { first, _ in first }
    var instances: [Instance] = []
    for pair in document.instances?.value ?? [] {
      let link = linksByName[Array(pair.name.value.text.utf8)]
      var active: ActiveProfile?
      if case .profile(_, let profile) = link?.state { active = profile }
      let section = pair.item.value
      instances.append(
        Instance(
          name: pair.name, port: section.port, description: section.description?.value,
          own: section.settings, defaults: document.defaults, active: active))
    }
    self.instances = instances
    places = Dictionary(instances.enumerated().map { ($1.name.value.text, $0) }) { first, _ in
      first
    }
    declaredNames = node.keys(of: "instances")
  }

  /// An instance by its name; nil where the workspace has none of that name.
  package func instance(named name: String) -> Instance? { places[name].map { instances[$0] } }

  /// What `active/` says of an instance; nil where it says nothing.
  func link(of instance: Instance) -> ActiveLink? {
    linksByName[Array(instance.name.value.text.utf8)]
  }

  private static var defaultNetwork: ResourceName {
    guard let name = ResourceName("local-ai") else { preconditionFailure("a legal name") }
    return name
  }
}

extension Node {
  /// The keys of one of its mappings.
  fileprivate func keys(of section: String) -> [String]? {
    entries?.first { $0.key == section }?.value.entries?.map(\.key)
  }
}
