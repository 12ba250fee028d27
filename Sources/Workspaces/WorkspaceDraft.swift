package import Deployments
package import Diagnostics
import Locks
import Profiles
import Schema
import YAML

/// The location of a workspace on this machine, which is used only by checks and never in generated
/// files.
package struct WorkspaceLocation: Sendable {
  /// The path of `active/` to show in messages.
  package let activeFolder: String
  /// The workspace's canonical path, or nil if it is not known.
  package let folder: String?
  /// The user's home folder, or nil if it is not known.
  package let home: String?
  /// Returns an existing path with all links resolved, or nil if the path does not exist.
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

  /// Returns whether a path is in the workspace, which is committed and shared.
  func contains(_ path: HostPath) -> Bool {
    guard let folder else { return false }
    return path.absolute(home: home)?.hasPrefix(folder + "/") == true
  }
}

/// The contents of `instances.yaml` and the active links, as input for checks.
package struct WorkspaceDraft: Sendable {
  /// The file `instances.yaml`.
  package let source: SourceFile
  /// The network that all instances join.
  package let network: ResourceName
  /// The hardware of the machine, or nil if it is not described.
  package private(set) var host: HostSettings?
  /// The host's GPUs in the order of the file, with nil for a GPU without a memory size.
  private(set) var hostCards: [HostCard?]
  /// The cluster that runs the instances, or nil if a machine runs them.
  private(set) var cluster: ClusterDraft?
  /// How a switch is applied to the machine.
  package let apply: ApplySettings
  /// The targets, or nil if the file has no `targets:`.
  let targets: [Pair<ResourceName, TargetSection>]?
  /// The place of the targets, or nil if the file has no `targets:`.
  let targetsRange: SourceRange?
  /// The instances, in the order of the file.
  package private(set) var instances: [Instance]
  /// The programs that run with the servers, in the order of the file.
  package private(set) var companions: [CompanionDraft]
  /// The instances that a router starts when a request names their model.
  private(set) var routed: Set<ResourceName>
  /// The links in `active/`, sorted by name.
  package let links: [ActiveLink]
  /// The location of the workspace.
  package let location: WorkspaceLocation
  /// The lock that pins images, or nil if the workspace has none.
  let lock: ModelLock?
  /// The index of the first instance with each name.
  private var places: [String: Int]
  /// Links by the bytes of their names, because file names are compared by bytes: only Swift
  /// considers the Kelvin sign equal to 'K'.
  private let linksByName: [[UInt8]: ActiveLink]
  /// The names of all instances, including those that could not be read, or nil if there is no such
  /// mapping.
  let declaredNames: [String]?
  /// Whether the names of all instances are known: the file is of a known version, and every name
  /// is valid.
  let knowsNames: Bool

  init(
    _ document: InstancesDocument, _ node: Node, from source: SourceFile, links: [ActiveLink],
    location: WorkspaceLocation, lock: ModelLock? = nil, profiles: [String: ActiveProfile?] = [:]
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
    targetsRange = document.targets?.range
    companions = (document.companions?.value ?? []).map(CompanionDraft.init)
    linksByName = Dictionary(links.map { (Array($0.instance.utf8), $0) }) { first, _ in first }
    var instances: [Instance] = []
    let defaults = SharedSettings(document.defaults)
    for pair in document.instances?.value ?? [] {
      let link = linksByName[Array(pair.name.value.text.utf8)]
      var active: ActiveProfile?
      if case .profile(_, let profile) = link?.state { active = profile }
      let section = pair.item.value
      // The profile of the link may be listed, so that each of the models can be the main one.
      let listed = (section.models?.value ?? []).filter { $0.value != active?.id }
      let more = listed.map { id in
        MoreModel(
          id: id, active: profiles[id.value].flatMap { $0 }, isMissing: profiles[id.value] == nil)
      }
      let (all, conflict) = active.map { $0.joined(by: more) } ?? (nil, nil)
      instances.append(
        Instance(
          name: pair.name, port: section.port, backendPort: section.backendPort,
          description: section.description?.value,
          own: section.hasSettings ? SharedSettings(section.settings) : .none,
          defaults: defaults, active: all,
          modelName: section.modelName, more: more, conflict: conflict,
          replicas: section.replicas, span: section.span))
    }
    self.instances = instances
    routed = Self.routed(by: companions, among: instances)
    places = Self.places(of: instances)
    declaredNames = node.keys(of: "instances")
    knowsNames =
      document.version != nil && declaredNames?.allSatisfy { ResourceName($0) != nil } ?? false
  }

  /// Returns the part of the workspace that one machine or cluster runs.
  ///
  /// - Parameter host: The hardware of the machine.
  func part(
    _ instances: [Instance], _ companions: [CompanionDraft], host: HostSettings?,
    cluster: ClusterDraft?
  ) -> WorkspaceDraft {
    var part = self
    part.instances = instances
    part.companions = companions
    part.host = host
    part.hostCards = Self.cards(of: host)
    part.cluster = cluster
    part.routed = Self.routed(by: companions, among: instances)
    part.places = Self.places(of: instances)
    return part
  }

  private static func places(of instances: [Instance]) -> [String: Int] {
    Dictionary(instances.enumerated().map { ($1.name.value.text, $0) }) { first, _ in first }
  }

  /// Returns the instance with a name, or nil if there is none.
  package func instance(named name: String) -> Instance? { places[name].map { instances[$0] } }

  /// Returns the active link of an instance, or nil if there is none.
  func link(of instance: Instance) -> ActiveLink? {
    linksByName[Array(instance.name.value.text.utf8)]
  }

  private static var defaultNetwork: ResourceName {
    guard let name = ResourceName("local-ai") else { preconditionFailure("a legal name") }
    return name
  }
}

extension Node {
  /// Returns the keys of one of its mappings.
  fileprivate func keys(of section: String) -> [String]? {
    entries?.first { $0.key == section }?.value.entries?.map(\.key)
  }
}
