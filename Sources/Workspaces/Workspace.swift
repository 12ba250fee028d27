package import Deployments
package import Diagnostics
package import Locks
package import Profiles
import Schema
package import Targets
package import YAML

/// A workspace that is right: what its instances become, and for which targets.
package struct Workspace: Sendable {
  fileprivate let draft: WorkspaceDraft
  /// What is deployed.
  package let deployment: Deployment
  /// What writes files for it.
  package let targets: TargetTree

  /// How a switch is brought to the machine.
  package var apply: ApplySettings { draft.apply }
  /// The file that declares it.
  package var source: SourceFile { draft.source }
  /// In the order of the file.
  package var instances: [Instance] { draft.instances }

  /// An instance by its name; nil where the workspace has none of that name.
  package func instance(named name: String) -> Instance? { draft.instance(named: name) }

  /// An instance's GPUs, as `host.gpus` describes them; empty where it does not describe each.
  ///
  /// Whatever else is wrong with the workspace: nothing of it is checked.
  ///
  /// - Parameter instance: Its name; nil for the first of the file.
  package static func cards(
    _ node: Node, from source: SourceFile, of instance: String?
  ) -> [HostCard] {
    guard let document = InstancesDocument.read(node, DiagnosticCollector(source)) else {
      return []
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: [],
      location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    let found = instance.flatMap { draft.instance(named: $0) } ?? draft.instances.first
    return found.map { draft.cards(of: $0) } ?? []
  }

  /// The instances of a workspace with what they serve and run on.
  ///
  /// Whatever else is wrong with the workspace: nothing of it is checked.
  package static func placed(
    _ node: Node, from source: SourceFile, links: [ActiveLink]
  ) -> [PlacedInstance] {
    guard let document = InstancesDocument.read(node, DiagnosticCollector(source)) else {
      return []
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: links,
      location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    return draft.placed
  }

  /// Its instances with what they serve and run on.
  package var placed: [PlacedInstance] { draft.placed }

  /// The images that a workspace's instances would run each of some profiles with, without locks, each once.
  ///
  /// Whatever else is wrong with the workspace: nothing of it is checked.
  package static func images(
    _ node: Node, from source: SourceFile, serving profiles: [Profile]
  ) -> [[ImageReference]] {
    guard let document = InstancesDocument.read(node, DiagnosticCollector(source)) else {
      return profiles.map { _ in [] }
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: [],
      location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    let instances = draft.instances.filter { $0.autoUpdate == nil }
    return profiles.map { profile in
      var images: [ImageReference] = []
      for instance in instances {
        guard let image = draft.image(of: instance, serving: profile), image.canBeLocked,
          !images.contains(image)
        else { continue }
        images.append(image)
      }
      return images
    }
  }

  /// The workspace that a file declares, with everything that is wrong with it.
  ///
  /// - Parameters:
  ///   - node: The tree of `instances.yaml`.
  ///   - links: What stands in `active/`.
  ///   - location: Where the workspace stands.
  ///   - podman: The release to write for where the file says none; nil for the oldest.
  ///   - lock: Which digests images are pinned to; nil where the workspace has none.
  package static func read(
    _ node: Node, from source: SourceFile, links: [ActiveLink], location: WorkspaceLocation,
    podman: PodmanVersion? = nil, lock: ModelLock? = nil
  ) -> Outcome<Workspace> {
    let collector = DiagnosticCollector(source)
    guard var document = InstancesDocument.read(node, collector) else {
      collector.refuseSecrets()
      return Outcome(nil, collector.diagnostics)
    }
    if document.defaults.podman == nil {
      document.defaults.podman = podman.map { Located($0, .fileStart) }
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: links, location: location, lock: lock)
    for check in WorkspaceChecks.all { check.run(draft, check.rule, collector) }
    WorkspaceChecks.checkPlacements(of: draft, collector)
    let workspace = draft.checked(for: draft.targetTree(collector), collector)
    collector.refuseSecrets()
    return Outcome(workspace, collector.diagnostics)
  }
}

extension WorkspaceDraft {
  /// The workspace, unless something is wrong with it or with what a target would make of it.
  fileprivate func checked(
    for targets: TargetTree?, _ collector: DiagnosticCollector
  ) -> Workspace? {
    guard let targets, let deployment else { return nil }
    for objection in targets.objections(to: deployment) {
      collector.emit(
        objection.rule, range(of: objection), objection.message, help: objection.help)
    }
    return Workspace(draft: self, deployment: deployment, targets: targets)
  }
}

extension Workspace {
  /// All files that it generates, sorted by path.
  ///
  /// - Parameter formats: Those that are wanted; without any, each that it has a target for.
  package func files(as formats: [Format] = []) -> [RenderedFile] {
    targets.files(of: deployment, as: formats.isEmpty ? targets.formats : formats)
  }

  /// The files of one format for a folder that holds no other.
  package func files(aloneAs format: Format) -> [RenderedFile] {
    targets.files(of: deployment, aloneAs: format)
  }
}

/// An instance with what it serves and runs on.
package struct PlacedInstance: Sendable {
  /// The instance's name.
  package let name: String
  /// Nil for one that serves nothing, or a profile with errors.
  package let profile: Profile?
  /// Its GPUs, as `host.gpus` describes them; empty where it does not describe each.
  package let cards: [HostCard]
  /// Whether it starts with the machine.
  package let startsAutomatically: Bool
}

extension WorkspaceDraft {
  fileprivate var placed: [PlacedInstance] {
    instances.map { instance in
      PlacedInstance(
        name: instance.name.value.text, profile: instance.active?.profile,
        cards: cards(of: instance), startsAutomatically: instance.startsAutomatically)
    }
  }
}
