import Deployments
import Diagnostics
import Memory
import Profiles
import Schema
import Targets

/// The nodes of a cluster, as `nodes` describes them.
struct ClusterDraft: Sendable {
  /// Nodes that are alike.
  struct Pool: Sendable {
    let name: Located<ResourceName>
    let count: Int
    let gpus: Int
    /// One of its GPUs, or nil if it has none or their memory is not known.
    let card: HostCard?
    let ram: Int?
    let cores: Int?
  }

  /// The place of a card that amm does not know and that has no memory; nil if there is none.
  let unknownCard: Located<String>?
  /// Whether servers run without the rights of root.
  let isRestricted: Bool
  /// The pools, in the order of the file; empty if the nodes are not described.
  let pools: [Pool]

  init(_ section: TargetSection) {
    unknownCard =
      (section.nodes?.value ?? []).lazy.map(\.item.value)
      .filter { $0.gpuMemory == nil && $0.gpu.map { Card.named($0.value) == nil } ?? false }
      .compactMap(\.gpu).first
    isRestricted = section.security?.value == .restricted
    pools = (section.nodes?.value ?? []).map { pair in
      let pool = pair.item.value
      let known = pool.gpu.flatMap { Card.named($0.value)?.memory(inName: $0.value) }
      let gpus = pool.gpus?.value ?? 0
      return Pool(
        name: pair.name, count: pool.count?.value ?? 1, gpus: gpus,
        card: (pool.gpuMemory?.value.bytes ?? known).flatMap { memory in
          gpus == 0
            ? nil
            : HostCard(
              name: pool.gpu?.value, memory: memory, compute: nil, device: pair.name.value.text)
        },
        ram: pool.ram?.value.bytes, cores: pool.cpuCores?.value)
    }
  }

  /// Returns the GPUs of a server, or none if they are not known.
  ///
  /// The cluster decides on which node it runs, so these are the largest that it can get.
  ///
  /// - Parameters:
  ///   - count: The GPUs on each node.
  ///   - nodes: The number of nodes that it spans.
  func cards(_ count: Int, on nodes: Int, of instance: String) -> [HostCard] {
    let fitting = pools.filter { $0.gpus >= count }
    guard fitting.allSatisfy({ $0.card != nil }),
      let card = fitting.compactMap(\.card).max(by: { $0.memory < $1.memory })
    else { return [] }
    return (0..<count * nodes).map { index in
      HostCard(
        name: card.name, memory: card.memory, compute: card.compute,
        device: "\(card.device)/\(instance)/\(index)")
    }
  }
}
