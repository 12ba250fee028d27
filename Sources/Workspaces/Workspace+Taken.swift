package import Deployments
package import Diagnostics
import Schema
package import YAML

/// What a workspace has already, and a further instance must not take.
package struct TakenPlaces: Sendable {
  /// The names of instances, and those that are taken otherwise.
  package var names: Set<String> = []
  /// The names of all instances.
  package private(set) var instances: Set<String> = []
  /// The names of companions.
  package var companions: Set<String> = []
  /// The ports of the machine, each with the instance or companion that opens it.
  package private(set) var ports: [Int: String] = [:]
  /// The keys under `defaults`, which a further instance inherits, in the order of the file.
  package private(set) var defaults: [String] = []
  /// The instances that companions can use.
  package var workloads: [Workload] = []
  /// Whether all targets are clusters, whose secrets have several values.
  package private(set) var isForCluster = false

  /// Nothing, as in a new workspace.
  package init() {}

  fileprivate init(_ draft: WorkspaceDraft, _ node: Node) {
    names = Set(draft.declaredNames ?? [])
    instances = names
    companions = Set(draft.companions.map(\.name.value.text))
    for instance in draft.instances + draft.companionInstances {
      for (_, port) in instance.openedPorts where ports[port.value] == nil {
        ports[port.value] = instance.name.value.text
      }
    }
    let targets = draft.targetDrafts
    isForCluster = !targets.isEmpty && targets.allSatisfy(\.isCluster)
    let section = node.entries?.first { $0.key == "defaults" }
    defaults = section?.value.entries?.map(\.key) ?? []
  }

  /// Returns the same without the ports of some instances and companions, which are replaced.
  package func without(portsOf owners: Set<String>) -> TakenPlaces {
    var places = self
    places.ports = ports.filter { !owners.contains($0.value) }
    return places
  }
}

extension Workspace {
  /// Returns what a workspace has already.
  ///
  /// Other errors in the workspace are ignored.
  package static func taken(_ node: Node, from source: SourceFile) -> TakenPlaces {
    guard let document = InstancesDocument.read(node, DiagnosticCollector(source)) else {
      return TakenPlaces()
    }
    let draft = WorkspaceDraft(
      document, node, from: source, links: [],
      location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    return TakenPlaces(draft, node)
  }
}
