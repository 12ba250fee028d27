import Deployments
import Diagnostics
package import Memory
import Profiles
import Schema

/// A GPU with the servers that can run on it at the same time without anyone starting them by hand.
///
/// Of an exclusive group, this is the largest member.
package struct SharedCard: Sendable {
  /// The device name that container engines use.
  package let device: String
  /// The card.
  package let gpu: GPU
  /// Its servers, in their start order: that of `instances.yaml`, and then those on demand.
  package private(set) var shared: SharedGPU
  /// Instances on it without an estimate.
  package private(set) var unknown: [String] = []
  /// Instances on it that do not even start on their own.
  package private(set) var failing: [String] = []
  /// The settings for the memory shares, by instance.
  private var settings: [String: ShareSetting] = [:]

  private init(_ card: HostCard) {
    device = card.device
    gpu = card.gpu
    shared = SharedGPU(total: card.gpu.memory, [])
  }

  /// An instance that uses cards.
  package struct User: Sendable {
    let name: String
    let cards: [HostCard]
    let startsItself: Bool
    let isOnDemand: Bool
    let group: ResourceName?
    let setting: ShareSetting?
    let estimate: MemoryEstimate?
  }

  /// Returns the cards of instances.
  package static func all(of users: [User]) -> [SharedCard] {
    var cards: [SharedCard] = []
    var servers: [[SharedGPU.Server]] = []
    var places: [String: Int] = [:]
    let running = RunningTogether.choose(
      among: users, group: \.group, startsItself: \.startsItself
    ) { $0.estimate?.bytes ?? 0 }
    for (user, _) in running {
      for card in user.cards {
        let place = places[card.device] ?? cards.count
        if place == cards.count {
          places[card.device] = place
          cards.append(SharedCard(card))
          servers.append([])
        }
        if user.estimate?.failsAlone == true {
          cards[place].failing.append(user.name)
        } else if let server = user.estimate?.server(
          user.name, on: card.gpu.memory, isOnDemand: user.isOnDemand)
        {
          servers[place].append(server)
          cards[place].settings[user.name] = user.setting
        } else {
          cards[place].unknown.append(user.name)
        }
      }
    }
    for place in cards.indices {
      cards[place].shared = SharedGPU(total: cards[place].gpu.memory, servers[place])
    }
    return cards
  }

  /// What to change so that all servers start, as sentences without a full stop; empty if all
  /// start, or if no change was found.
  package var helps: [String] {
    switch shared.advice {
    case .mends(let mends): mends.map(words)
    case .nothing: ["no order and no memory shares let all of them start"]
    case .unknown: []
    }
  }

  /// Returns a change in words, without a full stop.
  package func words(_ mend: SharedGPU.Mend) -> String {
    let shares = mend.shares.map { "'\(setting(for: $0))' for '\($0.name)'" }
    let set = shares.isEmpty ? [] : ["set \(Phrase.allOf(shares))"]
    let order = mend.order.map { order in
      "start them in the order \(Phrase.allOf(order))"
    }
    return ([order].compactMap { $0 } + set).joined(separator: " and ")
      + (mend.isSure ? "" : ", which is close")
  }

  private func setting(for share: SharedGPU.Mend.Share) -> String {
    settings[share.name]?.words(for: share.share) ?? "\(String(share.share))"
  }
}

extension SharedCard.User {
  /// - Parameter estimate: The memory of its largest model; nil if it is not known.
  package init(_ instance: PlacedInstance, _ estimate: MemoryEstimate?) {
    self.init(
      name: instance.name, cards: instance.cards, startsItself: instance.startsItself,
      isOnDemand: instance.isOnDemand, group: instance.group,
      setting: instance.profile?.runtime.value.shareSetting, estimate: estimate)
  }
}
