package import Deployments
package import Diagnostics
package import Locks
package import Profiles
import Schema
package import Targets
package import YAML

/// A valid workspace, with its deployment and targets.
package struct Workspace: Sendable {
  fileprivate let draft: WorkspaceDraft
  /// The parts of the workspace by machine or cluster.
  fileprivate let machines: [WorkspaceDraft]
  /// The deployment of all instances, on whatever target they run.
  package let deployment: Deployment
  /// The targets, each with its part of the deployment.
  package private(set) var targets: TargetTree

  /// How a switch is applied to the machine.
  package var apply: ApplySettings { draft.apply }
  /// The file that declares the workspace.
  package var source: SourceFile { draft.source }
  /// The instances, in the order of the file.
  package var instances: [Instance] { draft.instances }

  /// The companions as instances, for judging their ports, mounts and variables, each with its
  /// section and its program.
  package var placedCompanions:
    [(instance: Instance, companion: (draft: CompanionDraft, program: Companion?))]
  {
    zip(draft.companionInstances, draft.companions).map { instance, draft in
      (instance, (draft, deployment.companions.first { $0.name == draft.name.value }))
    }
  }

  /// Returns the instance with a name, or nil if there is none.
  package func instance(named name: String) -> Instance? { draft.instance(named: name) }

  /// Returns an instance's GPUs as `host.gpus` describes them, or none if it does not describe all
  /// of them.
  ///
  /// Other errors in the workspace are ignored.
  ///
  /// - Parameter instance: Its name, or nil for the first instance in the file.
  package static func cards(
    _ node: Node, from source: SourceFile, of instance: String?
  ) -> [HostCard] {
    guard let document = InstancesDocument.read(node, DiagnosticCollector(source)) else {
      return []
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: [],
      location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    for machine in draft.machines {
      let found = instance.map { machine.instance(named: $0) } ?? machine.instances.first
      if let found { return machine.cards(of: found) }
    }
    return draft.instances.first.map { draft.cards(of: $0) } ?? []
  }

  /// Returns the manager of systemd that runs a workspace's servers on a machine.
  ///
  /// Other errors in the workspace are ignored.
  ///
  /// - Parameters:
  ///   - hostName: The machine's host name, or nil if it is not known.
  ///   - isRoot: Whether the user is root.
  package static func scope(
    _ node: Node, from source: SourceFile, on hostName: String?, isRoot: Bool
  ) -> Scope {
    guard let document = InstancesDocument.read(node, DiagnosticCollector(source)) else {
      return .user
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: [],
      location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    let none = Deployment(network: draft.network, workloads: [])
    let entries = draft.targetDrafts.map { target in
      TargetEntry(
        name: target.name?.value, hostName: target.hostName, target: draft.target(of: target),
        deployment: none)
    }
    return TargetTree(entries).entry(on: hostName, isRoot: isRoot)?.scope ?? .user
  }

  /// Returns the instances of a workspace with their profiles and GPUs.
  ///
  /// Other errors in the workspace are ignored.
  package static func placed(
    _ node: Node, from source: SourceFile, links: [ActiveLink],
    profiles: [String: ActiveProfile?]
  ) -> [PlacedInstance] {
    guard let document = InstancesDocument.read(node, DiagnosticCollector(source)) else {
      return []
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: links,
      location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil),
      profiles: profiles)
    return draft.machines.placed
  }

  /// The instances with their profiles and GPUs.
  package var placed: [PlacedInstance] { machines.placed }

  /// Returns an instance with its profile and GPUs, or nil if there is none with that name.
  package func placed(_ name: String) -> PlacedInstance? {
    for (index, machine) in machines.enumerated() {
      if let found = machine.instance(named: name) { return machine.placed(found, on: index) }
    }
    return nil
  }

  /// The images that a lock can pin, without digests from locks and without duplicates.
  package struct LockableImages {
    /// For each profile, the images that the instances would serve it with.
    package var ofProfiles: [[ImageReference]]
    /// The images of companions, by the companions' names.
    package var ofCompanions: [(name: String, image: ImageReference)] = []
  }

  /// Returns the images that a workspace's instances and companions need.
  ///
  /// Other errors in the workspace are ignored.
  package static func images(
    _ node: Node, from source: SourceFile, serving profiles: [Profile]
  ) -> LockableImages {
    guard let document = InstancesDocument.read(node, DiagnosticCollector(source)) else {
      return LockableImages(ofProfiles: profiles.map { _ in [] })
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: [],
      location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    let machines = draft.machines
    let ofProfiles = profiles.map { profile in
      var images: [ImageReference] = []
      for machine in machines {
        for instance in machine.instances where instance.autoUpdate == nil {
          guard let image = machine.image(of: instance, serving: profile), image.canBeLocked,
            !images.contains(image)
          else { continue }
          images.append(image)
        }
      }
      return images
    }
    let ofCompanions = draft.companions.compactMap { companion in
      companion.image.flatMap { $0.canBeLocked ? (companion.name.value.text, $0) : nil }
    }
    return LockableImages(ofProfiles: ofProfiles, ofCompanions: ofCompanions)
  }

  /// Reads the workspace that a file declares, and reports all errors in it.
  ///
  /// - Parameters:
  ///   - node: The parsed tree of `instances.yaml`.
  ///   - links: The links in `active/`.
  ///   - location: The workspace's location on this machine.
  ///   - podman: The Podman version to use if the file sets none, or nil for the oldest supported
  ///     version.
  ///   - lock: The lock that pins images to digests, or nil if the workspace has none.
  ///   - profiles: The profiles that instances list as further models, each nil if it has errors.
  package static func read(
    _ node: Node, from source: SourceFile, links: [ActiveLink], location: WorkspaceLocation,
    podman: PodmanVersion? = nil, lock: ModelLock? = nil, profiles: [String: ActiveProfile?] = [:]
  ) -> Outcome<Workspace> {
    let collector = DiagnosticCollector(source)
    let read = WorkspaceDraft.read(
      node, from: source, links: links, location: location, podman: podman, lock: lock,
      profiles: profiles, collector)
    guard let draft = read else {
      collector.refuseSecrets()
      return Outcome(nil, collector.diagnostics)
    }
    let machines = draft.check(collector)
    let hasTargets = draft.checkTargets(collector)
    let workspace = draft.checked(hasTargets ? draft.parts : nil, machines, collector)
    collector.refuseSecrets()
    return Outcome(workspace, collector.diagnostics)
  }
}

extension WorkspaceDraft {
  /// Returns the draft of a file, or nil if it is not a mapping.
  ///
  /// The document is dropped here, because that of ten thousand instances has 13 MB.
  fileprivate static func read(
    _ node: Node, from source: SourceFile, links: [ActiveLink], location: WorkspaceLocation,
    podman: PodmanVersion?, lock: ModelLock?, profiles: [String: ActiveProfile?],
    _ collector: DiagnosticCollector
  ) -> WorkspaceDraft? {
    guard var document = InstancesDocument.read(node, collector) else { return nil }
    if document.defaults.podman == nil {
      document.defaults.podman = podman.map { Located($0, .fileStart) }
    }
    return WorkspaceDraft(
      document, node, from: source, links: links, location: location, lock: lock,
      profiles: profiles)
  }

  /// Returns the workspace, or nil if a part has no deployment or there are no parts.
  ///
  /// Reports the objections of the targets.
  fileprivate func checked(
    _ parts: [TargetPart]?, _ machines: [WorkspaceDraft], _ collector: DiagnosticCollector
  ) -> Workspace? {
    var entries: [TargetEntry] = []
    guard let parts else { return nil }
    for part in parts {
      guard let deployment = part.draft.deployment else {
        part.draft.reportTooLong(collector)
        return nil
      }
      let target = part.draft.target(of: part.target)
      for objection in target.objections(to: deployment) {
        if isOfUnreadGPUs(objection, collector) { continue }
        collector.emit(
          objection.rule, part.draft.range(of: objection), objection.message, help: objection.help)
      }
      entries.append(
        TargetEntry(
          name: part.target.name?.value, hostName: part.target.hostName, target: target,
          deployment: deployment))
    }
    return Workspace(
      draft: self, machines: machines,
      deployment: Deployment(joining: entries.map(\.deployment), network: network),
      targets: TargetTree(entries))
  }

  private func reportTooLong(_ collector: DiagnosticCollector) {
    guard let draft = workloads.flatMap(companionTooLong) else { return }
    collector.emit(
      WorkspaceChecks.companionTooLong, draft.name.range,
      "'\(draft.name.value.text)' uses so many servers that its configuration would be too long",
      help: "list fewer of them under 'for'")
  }
}

extension Workspace {
  /// Returns the workspace with a single one of its targets, whose files have no folder of its name.
  package func with(only entry: TargetEntry) -> Workspace {
    var workspace = self
    workspace.targets = .only(entry)
    return workspace
  }

  /// Returns all generated files, sorted by path.
  ///
  /// - Parameter formats: The formats to generate. If empty, all formats of the targets.
  package func files(as formats: [Format] = []) -> [RenderedFile] {
    targets.files(as: formats.isEmpty ? targets.formats : formats)
  }

  /// Returns the files of one format for a folder that holds no other format.
  package func files(aloneAs format: Format) -> [RenderedFile] {
    targets.files(aloneAs: format)
  }
}
