import Deployments
package import Memory
import Profiles
import Workspaces

/// A GPU with the servers that can run on it at the same time without anyone starting them by hand.
///
/// Of an exclusive group, this is the largest member.
package struct SharedCard: Sendable {
  /// The device name that container engines use.
  package let device: String
  /// The card.
  package let gpu: GPU
  /// Its servers, in their start order: that of `instances.yaml`.
  package let shared: SharedGPU
  /// Instances on it without an estimate.
  package let unknown: [String]
  /// Instances on it that do not even start on their own.
  package let failing: [String]

  /// Returns the cards of a workspace.
  ///
  /// - Parameter known: For each instance, the plan of its largest model.
  static func all(
    of instances: [PlacedInstance], _ known: [String: MemoryPlan]
  ) -> [SharedCard] {
    var devices: [SharedCardDraft] = []
    let running = RunningTogether.choose(
      among: instances, group: \.group, startsItself: \.startsItself
    ) { instance in known[instance.name].map { $0.estimate?.bytes ?? 0 } }
    for (instance, _) in running {
      let name = instance.name
      guard let plan = known[name] else { continue }
      for card in instance.cards {
        let found = devices.firstIndex { $0.card.device == card.device }
        let index = found ?? devices.count
        if found == nil { devices.append(SharedCardDraft(card: card)) }
        if plan.estimate?.failsAlone == true {
          devices[index].failing.append(name)
        } else if let want = plan.estimate?.want {
          devices[index].servers.append(SharedGPU.Server(name, want))
        } else {
          devices[index].unknown.append(name)
        }
      }
    }
    return devices.map { draft in
      let gpu = draft.card.gpu
      return SharedCard(
        device: draft.card.device, gpu: gpu, shared: SharedGPU(total: gpu.memory, draft.servers),
        unknown: draft.unknown, failing: draft.failing)
    }
  }
}

/// A card while instances are assigned to cards.
private struct SharedCardDraft {
  let card: HostCard
  var servers: [SharedGPU.Server] = []
  var unknown: [String] = []
  var failing: [String] = []
}
