package import Deployments
package import Profiles
import Schema

/// An instance with its profile and GPUs.
package struct PlacedInstance: Sendable {
  /// The instance's name.
  package let name: String
  /// The served profile, or nil if there is none or it has errors.
  package let profile: Profile?
  /// The further models of its server that have no errors: the profile's ID, and the profile.
  package let further: [(id: String, profile: Profile)]
  /// The GPUs as `host.gpus` describes them, or none if it does not describe all of them.
  package let cards: [HostCard]
  /// Whether its server uses GPUs.
  package let usesGPUs: Bool
  /// Whether the instance starts with the session or when a client connects.
  package let startsItself: Bool
  /// Whether it starts when a client connects.
  package let isOnDemand: Bool
  /// The exclusive group, of which only one instance runs, or nil if it is in none.
  package let group: ResourceName?
  /// The number of the machine or cluster that runs it, from 0.
  package let machine: Int
}

extension [WorkspaceDraft] {
  /// The instances of machines with their profiles and GPUs, each on the first machine that runs it.
  var placed: [PlacedInstance] {
    var known: Set<ResourceName> = []
    return enumerated().flatMap { index, machine in
      machine.instances.filter { known.insert($0.name.value).inserted }
        .map { machine.placed($0, on: index) }
    }
  }
}

extension WorkspaceDraft {
  func placed(_ instance: Instance, on machine: Int) -> PlacedInstance {
    PlacedInstance(
      name: instance.name.value.text, profile: instance.active?.profile,
      further: instance.more.compactMap { more in more.active.map { ($0.id, $0.profile) } },
      cards: cards(of: instance), usesGPUs: !instance.devices.isEmpty,
      startsItself: startsItself(instance),
      isOnDemand: instance.start == .onDemand, group: instance.group?.value, machine: machine)
  }
}
