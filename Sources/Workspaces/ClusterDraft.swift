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

  /// Whether servers run without the rights of root.
  let isRestricted: Bool
  /// The pools, in the order of the file; empty if the nodes are not described.
  let pools: [Pool]

  init(_ section: TargetSection) {
    isRestricted = section.security?.value == .restricted
    pools = (section.nodes?.value ?? []).map { pair in
      let pool = pair.item.value
      let known = pool.gpu.flatMap { Card.named($0.value)?.memories.last }
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

/// What the pods of an instance need of a node.
private struct PodNeed {
  let instance: Instance
  /// The number of pods.
  let count: Int
  let gpus: Int
  let ram: Int
  let cores: Int
}

/// Nodes with what is left of each.
private struct FreeNodes {
  var count: Int
  var gpus: Int
  var ram: Int
  var cores: Int

  /// Returns how many pods fit on one of the nodes.
  func room(for need: PodNeed) -> Int {
    [(gpus, need.gpus), (ram, need.ram), (cores, need.cores)]
      .map { free, need in need == 0 ? Int.max : free / need }.min() ?? 0
  }

  /// Returns some of the nodes with pods on each.
  func with(_ pods: Int, of need: PodNeed, on count: Int) -> FreeNodes {
    FreeNodes(
      count: count, gpus: gpus - pods * need.gpus, ram: ram - pods * need.ram,
      cores: cores - pods * need.cores)
  }
}

extension WorkspaceChecks {
  static let nodePools = WorkspaceCheck(
    Rule(
      "no-node", "No node of the cluster has room for an instance.",
      Explanation(
        """
        Its pod would wait forever. 'nodes' of the target describes the nodes: what one of them has \
        limits each server, and what all have limits their number. 'start: manual' does not count.
        """,
        wrong: """
          # instances.yaml
          targets:
            prod: {kind: kubernetes, nodes: {gpu: {count: 2, gpus: 2}}}
          instances:
            main: {port: 8080, gpus: 4}
          """,
        right: """
          # instances.yaml
          targets:
            prod: {kind: kubernetes, nodes: {gpu: {count: 2, gpus: 4}}}
          instances:
            main: {port: 8080, gpus: 4}
          """,
        source: "Kubernetes 1.36, kube-scheduler (NodeResourcesFit)"))
  ) { workspace, rule, collector in
    guard let pools = workspace.cluster?.pools, let first = pools.first else { return }
    var needs: [PodNeed] = []
    for instance in workspace.instances {
      let need = PodNeed(
        instance: instance,
        count: (instance.replicas?.value ?? 1) * (instance.span?.value ?? 1),
        gpus: instance.devices.count, ram: instance.limits.memory?.bytes ?? 0,
        cores: instance.limits.cores ?? 0)
      guard pools.contains(where: { $0.free.room(for: need) > 0 }) else {
        collector.emit(
          rule, instance.name.range,
          "no node has room for '\(instance.name.value.text)', which needs \(need.text)",
          help: "lower its needs, or correct 'nodes'",
          notes: [collector.note(first.name.range, "the nodes are described here")])
        continue
      }
      if instance.start == .boot { needs.append(need) }
    }
    guard let failing = unplaced(needs, in: pools) else { return }
    let name = failing.instance.name.value.text
    collector.emit(
      rule, failing.instance.name.range,
      "the nodes have no room for '\(name)', which needs \(failing.text), beside the other instances",
      help: "write 'start: manual' for one of them, lower 'replicas', or correct 'nodes'",
      notes: [collector.note(first.name.range, "the nodes are described here")])
  }

  /// Returns the first need whose pods do not all find a node, with the largest placed first; nil if
  /// all find one.
  private static func unplaced(_ needs: [PodNeed], in pools: [ClusterDraft.Pool]) -> PodNeed? {
    var nodes = pools.map(\.free)
    let order = needs.enumerated().sorted { left, right in
      (right.element.gpus, right.element.ram, left.offset)
        < (left.element.gpus, left.element.ram, right.offset)
    }
    for (_, need) in order {
      var rest = need.count
      while rest > 0 {
        // Servers without GPUs leave the nodes with GPUs to others where they can.
        let fitting = nodes.indices.filter { nodes[$0].count > 0 && nodes[$0].room(for: need) > 0 }
        guard
          let place = fitting.min(by: {
            (nodes[$0].gpus, nodes[$0].ram) < (nodes[$1].gpus, nodes[$1].ram)
          })
        else { return need }
        let free = nodes[place]
        let each = min(free.room(for: need), rest)
        let filled = min(free.count, rest / each)
        rest -= each * filled
        nodes[place].count -= filled
        nodes.append(free.with(each, of: need, on: filled))
        nodes.removeAll { $0.count == 0 }
      }
    }
    return nil
  }
}

extension ClusterDraft.Pool {
  /// Its nodes, which run nothing.
  fileprivate var free: FreeNodes {
    FreeNodes(count: count, gpus: gpus, ram: ram ?? .max, cores: cores ?? .max)
  }
}

extension PodNeed {
  fileprivate var text: String {
    let parts = [
      gpus > 0 ? Phrase.count(gpus, "GPU") : nil,
      ram > 0 ? "\(ByteCount(clamping: ram).text) of memory" : nil,
      cores > 0 ? Phrase.count(cores, "core") : nil,
    ].compactMap { $0 }
    return parts.isEmpty ? "a node" : Phrase.allOf(parts)
  }
}
