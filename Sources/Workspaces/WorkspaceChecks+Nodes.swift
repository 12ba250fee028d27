import Deployments
import Diagnostics
import Memory
import Profiles
import Schema

/// What the pods of an instance or companion need of a node.
private struct PodNeed {
  let instance: Instance
  /// The number of pods.
  let count: Int
  let gpus: Int
  let ram: Int
  let cores: Int
  /// The memory of each GPU, or 0 if it is not known.
  let gpuMemory: Int
  /// Whether the GPUs must be NVIDIA's; nil without GPUs.
  let isNVIDIA: Bool?
}

/// Nodes with what is left of each.
private struct FreeNodes: Equatable {
  var count: Int
  var gpus: Int
  var ram: Int
  var cores: Int
  let gpuMemory: Int
  /// Whether the GPUs are NVIDIA's; nil if that is not known.
  let isNVIDIA: Bool?

  /// Returns how many pods fit on one of the nodes.
  func room(for need: PodNeed) -> Int {
    if need.gpus > 0 {
      guard need.gpuMemory <= gpuMemory else { return 0 }
      if let isNVIDIA, let wanted = need.isNVIDIA, isNVIDIA != wanted { return 0 }
    }
    return [(gpus, need.gpus), (ram, need.ram), (cores, need.cores)]
      .map { free, need in need == 0 ? Int.max : free / need }.min() ?? 0
  }

  /// Returns some of the nodes with pods on each.
  func with(_ pods: Int, of need: PodNeed, on count: Int) -> FreeNodes {
    FreeNodes(
      count: count, gpus: gpus - pods * need.gpus, ram: ram - pods * need.ram,
      cores: cores - pods * need.cores, gpuMemory: gpuMemory, isNVIDIA: isNVIDIA)
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
    guard let cluster = workspace.cluster, let first = cluster.pools.first else { return }
    let pools = cluster.pools
    var needs: [PodNeed] = []
    for need in workspace.podNeeds {
      let instance = need.instance
      guard pools.contains(where: { $0.free.room(for: need) > 0 }) else {
        collector.emit(
          rule, instance.name.range,
          "no node has room for '\(instance.name.value.text)', which needs \(need.text)\(need.each)",
          help: instance.span == nil
            ? "lower its needs, or correct 'nodes'"
            : "let it span more nodes with fewer GPUs each, or correct 'nodes'",
          notes: [collector.note(first.name.range, "the nodes are described here")])
        continue
      }
      if instance.start == .boot { needs.append(need) }
    }
    guard let failing = unplaced(needs, in: pools) else { return }
    let name = failing.instance.name.value.text
    collector.emit(
      rule, failing.instance.name.range,
      "the nodes have no room for '\(name)', which needs \(failing.text)\(failing.each), beside the other instances",
      help: "write 'start: manual' for one of them, lower 'replicas', or correct 'nodes'",
      notes: [collector.note(first.name.range, "the nodes are described here")])
  }

  /// Returns a need whose pods do not all find a node; nil if all find one, or if that takes too long
  /// to find out.
  private static func unplaced(_ needs: [PodNeed], in pools: [ClusterDraft.Pool]) -> PodNeed? {
    let order = needs.enumerated().sorted { left, right in
      let (one, other) = (left.element, right.element)
      return (other.gpus, other.ram, other.cores, left.offset)
        < (one.gpus, one.ram, one.cores, right.offset)
    }.map(\.element)
    guard let failing = greedy(order, in: pools) else { return nil }
    // The largest first is not always the best order: a few pods are tried in every way.
    var pods: [PodNeed] = []
    for need in order {
      guard pods.count + need.count <= 24 else { return exceeds(order, pools) ? failing : nil }
      pods += Array(repeating: need, count: need.count)
    }
    var steps = 20_000
    let isPlaced = search(pods[...], in: pools.map(\.free), &steps)
    return isPlaced || steps <= 0 && !exceeds(order, pools) ? nil : failing
  }

  /// Returns the first need that finds no node if each takes the node with the least left.
  private static func greedy(_ order: [PodNeed], in pools: [ClusterDraft.Pool]) -> PodNeed? {
    var nodes = pools.map(\.free)
    for need in order {
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

  /// Returns whether pods can be placed, trying each kind of node for each; stops after a number of
  /// steps.
  private static func search(
    _ pods: ArraySlice<PodNeed>, in nodes: [FreeNodes], _ steps: inout Int
  ) -> Bool {
    guard let need = pods.first else { return true }
    for index in nodes.indices where nodes[index].count > 0 && nodes[index].room(for: need) > 0 {
      steps -= 1
      guard steps > 0 else { return false }
      var rest = nodes
      rest[index].count -= 1
      let used = nodes[index].with(1, of: need, on: 1)
      if let same = rest.firstIndex(where: { node in
        var node = node
        node.count = 1
        return node == used
      }) {
        rest[same].count += 1
      } else {
        rest.append(used)
      }
      if search(pods.dropFirst(), in: rest, &steps) { return true }
    }
    return false
  }

  /// Whether pods need more in total than all nodes have.
  private static func exceeds(_ needs: [PodNeed], _ pools: [ClusterDraft.Pool]) -> Bool {
    func sum(_ amounts: some Sequence<(Int, Int)>) -> Int {
      amounts.reduce(0) { $0.addingSaturated($1.0.multipliedSaturated(by: $1.1)) }
    }
    let free = pools.map(\.free)
    return sum(needs.map { ($0.gpus, $0.count) }) > sum(free.map { ($0.gpus, $0.count) })
      || sum(needs.map { ($0.ram, $0.count) }) > sum(free.map { ($0.ram, $0.count) })
      || sum(needs.map { ($0.cores, $0.count) }) > sum(free.map { ($0.cores, $0.count) })
  }
}

extension WorkspaceDraft {
  /// What the pods of all instances and companions request.
  fileprivate var podNeeds: [PodNeed] {
    (instances + companionInstances).map { instance in
      let gpus = instance.devices.count
      // Shared memory counts as the container's.
      let shared =
        instance.active.flatMap {
          instance.sharedMemory(of: $0.profile.runtime.value, onCluster: true).size?.bytes
        } ?? 0
      let placement = placement(of: instance)
      let least = instance.profiles.filter { !$0.isPlanned(on: placement) }
        .compactMap { $0.resources.gpuMemoryMin?.value.bytes }.max()
      let nodes = instance.span?.value ?? 1
      return PodNeed(
        instance: instance, count: (instance.replicas?.value ?? 1) * nodes, gpus: gpus,
        ram: instance.limits.memory.map { $0.bytes.addingSaturated(shared) } ?? 0,
        cores: instance.limits.cores ?? 0,
        gpuMemory: gpus == 0 ? 0 : (least ?? 0) / max(1, gpus * nodes),
        isNVIDIA: gpus == 0 ? nil : instance.processor == .nvidia)
    }
  }
}

extension ClusterDraft.Pool {
  /// Its nodes, which run nothing.
  fileprivate var free: FreeNodes {
    FreeNodes(
      count: count, gpus: gpus, ram: ram ?? .max, cores: cores ?? .max,
      gpuMemory: card?.memory ?? .max,
      isNVIDIA: card.flatMap { Card.named($0.name) }.map { $0.compute != nil })
  }
}

extension PodNeed {
  /// What the needs are multiplied by.
  fileprivate var each: String {
    if let span = instance.span { return " on each of \(span.value) nodes" }
    return count > 1 ? " for each of \(count) pods" : ""
  }

  fileprivate var text: String {
    let memory = gpuMemory > 0 ? " with \(ByteCount(clamping: gpuMemory).text) of memory each" : ""
    let parts = [
      gpus > 0 ? Phrase.count(gpus, "GPU") + memory : nil,
      ram > 0 ? "\(ByteCount(clamping: ram).text) of memory" : nil,
      cores > 0 ? Phrase.count(cores, "core") : nil,
    ].compactMap { $0 }
    return parts.isEmpty ? "a node" : Phrase.allOf(parts)
  }
}
