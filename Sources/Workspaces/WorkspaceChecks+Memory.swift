import Deployments
import Diagnostics
import Memory
import Profiles
import Schema

/// Checks that servers start beside the others on their GPUs.
extension WorkspaceChecks {
  static let memoryShared = Rule(
    "memory-shared", "A server does not start beside the others on its GPU.",
    Explanation(
      """
      Servers that start automatically share a GPU. amm goes through their starts as 'amm plan' does: \
      vLLM needs its entire share free, SGLang takes a share of what is free, TGI takes the rest, \
      llama.cpp what it needs. Even with the lowest estimates, one of them finds too little memory.
      """,
      wrong: """
        # instances.yaml
        host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}
        instances:
          chat: {port: 8000, gpus: [nvidia.com/gpu=0]}
          coding: {port: 8001, gpus: [nvidia.com/gpu=0]}
        # profiles/coding/demo.yaml
        container: {runtime: vllm}
        model: {parameters: 3.09B, layers: 36, attention_heads: 16, key_value_heads: 2, head_size: 128}
        parameters: {context_length: 8192}
        vllm: {gpu_memory_utilization: 0.5}
        """,
      right: """
        # instances.yaml
        host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}
        instances:
          chat: {port: 8000, gpus: [nvidia.com/gpu=0]}
          coding: {port: 8001, gpus: [nvidia.com/gpu=0]}
        # profiles/coding/demo.yaml
        container: {runtime: vllm}
        model: {parameters: 3.09B, layers: 36, attention_heads: 16, key_value_heads: 2, head_size: 128}
        parameters: {context_length: 8192}
        vllm: {gpu_memory_utilization: 0.45}
        """,
      source: "the servers' own code; 'amm plan' shows each server in its start order"))

  static let memorySharedClose = Rule(
    "memory-shared-close", .warning, "A server may not start beside the others on its GPU.",
    Explanation(
      """
      Servers that start automatically share a GPU. One of them is expected to find too little \
      memory, but the difference is small, or the servers start in another order.
      """,
      wrong: """
        # instances.yaml
        host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}
        instances:
          chat: {port: 8000, gpus: [nvidia.com/gpu=0]}
          coding: {port: 8001, gpus: [nvidia.com/gpu=0]}
        # profiles/coding/demo.yaml
        container: {runtime: vllm}
        model: {parameters: 3.09B, layers: 36, attention_heads: 16, key_value_heads: 2, head_size: 128}
        parameters: {context_length: 8192}
        vllm: {gpu_memory_utilization: 0.48}
        """,
      right: """
        # instances.yaml
        host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}
        instances:
          chat: {port: 8000, gpus: [nvidia.com/gpu=0]}
          coding: {port: 8001, gpus: [nvidia.com/gpu=0]}
        # profiles/coding/demo.yaml
        container: {runtime: vllm}
        model: {parameters: 3.09B, layers: 36, attention_heads: 16, key_value_heads: 2, head_size: 128}
        parameters: {context_length: 8192}
        vllm: {gpu_memory_utilization: 0.45}
        """,
      source: "the servers' own code; 'amm plan' shows each server in its start order"))

  /// Reports the first server that does not start on each shared GPU.
  ///
  /// - Returns: The GPUs on which the memory of every server is known.
  static func reportSharedCards(
    of workspace: WorkspaceDraft, _ collector: DiagnosticCollector
  ) -> Set<String> {
    var known: Set<String> = []
    var told: Set<String> = []
    for card in workspace.sharedCards {
      if card.unknown.isEmpty { known.insert(card.device) }
      let servers = zip(card.shared.servers, card.shared.outcomes)
      guard
        let (server, outcome) = servers.first(where: { card.shared.stopping.contains($0.0.name) }),
        told.insert(server.name).inserted,
        let instance = workspace.instances.first(where: { $0.name.value.text == server.name })
      else { continue }
      let others = card.shared.servers.map(\.name).filter { $0 != server.name }
      report(
        Shortage(
          card: card, outcome: outcome, others: others,
          before: Array(card.shared.servers.map(\.name).prefix { $0 != server.name }),
          isOfOrder: card.shared.worksInAnotherOrder), of: instance, in: workspace,
        collector)
    }
    return known
  }

  /// A server that finds too little memory.
  private struct Shortage {
    let card: SharedCard
    let outcome: SharedGPU.Outcome
    let others: [String]
    /// The servers that start before it.
    let before: [String]
    /// Whether all servers may start in another order.
    let isOfOrder: Bool

    /// The problem, after the name of the instance.
    var words: String {
      func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }
      let after = "if it starts after \(Phrase.allOf(before.map { "'\($0)'" })) on '\(card.device)'"
      let place = "beside \(Phrase.allOf(others.map { "'\($0)'" })) on '\(card.device)'"
      return switch outcome {
      case .stops(let free, let wanted):
        "does not start \(isOfOrder ? after : place): it needs \(text(wanted)), but \(text(free)) are free"
      case .mayStop(_, let missing):
        "may not start \(place): up to \(text(missing)) are missing"
      case .runs: "starts \(place)"
      }
    }
  }

  private static func report(
    _ shortage: Shortage, of instance: Instance, in workspace: WorkspaceDraft,
    _ collector: DiagnosticCollector
  ) {
    var mends: [SharedGPU.Mend] = []
    if case .mends(let found) = shortage.card.shared.advice { mends = found }
    var rule = memoryShared
    if case .mayStop = shortage.outcome { rule = memorySharedClose }
    // Nothing makes systemd keep the order of the file.
    if shortage.isOfOrder { rule = memorySharedClose }
    let message = "'\(instance.name.value.text)' \(shortage.words)"
    let help =
      shortage.card.helps
      + (mends.isEmpty ? ["give it another GPU, or put them into one 'exclusive' group"] : [])
    // The line of the share to lower.
    let share = mends.lazy.filter { $0.shares.count == 1 }.compactMap(\.shares.first).first
    let owner = share.flatMap { share in
      workspace.instances.first { $0.name.value.text == share.name }
    }
    if let profile = owner?.active?.profile, let setting = profile.runtime.value.shareSetting,
      let set = profile.launched(setting.option)
    {
      collector.emit(
        Diagnostic(
          rule, at: SourceLocation(profile.source, set.range), message, help: help,
          notes: [collector.note(instance.name.range, "the instance is here")]))
    } else {
      let place = SourceLocation(collector.source, instance.name.range)
      collector.emit(Diagnostic(rule, at: place, message, help: help))
    }
  }
}

extension WorkspaceDraft {
  /// The GPUs with several servers, if the GPUs' memory is known.
  fileprivate var sharedCards: [SharedCard] {
    guard host?.gpus != nil, cluster == nil else { return [] }
    var counts: [String: Int] = [:]
    let candidates = instances.filter { $0.active != nil && $0.processor != .cpu }
      .map { (instance: $0, cards: cards(of: $0)) }
    for candidate in candidates {
      for card in candidate.cards { counts[card.device, default: 0] += 1 }
    }
    let sharing = candidates.filter { $0.cards.contains { counts[$0.device] ?? 0 > 1 } }
    guard !sharing.isEmpty else { return [] }
    // Many instances may serve one profile on the same cards.
    var known: [String: MemoryEstimate?] = [:]
    let users = sharing.map { instance, cards in
      let key = (instance.profiles.map(\.source.path) + cards.map(\.device)).joined(separator: "\n")
      let largest = known[key] ?? largestMemory(of: instance)
      known[key] = largest
      return SharedCard.User(
        name: instance.name.value.text, cards: cards, startsItself: startsItself(instance),
        isOnDemand: instance.start == .onDemand, group: instance.group?.value,
        setting: instance.active?.profile.runtime.value.shareSetting, estimate: largest)
    }
    return SharedCard.all(of: users).filter { $0.shared.servers.count + $0.unknown.count > 1 }
  }

  /// The memory of the largest of a server's models; nil if that of one is not known.
  private func largestMemory(of instance: Instance) -> MemoryEstimate? {
    let placement = placement(of: instance)
    let estimates = instance.profiles.map { $0.sharedMemory(on: placement) }
    return estimates.contains { $0 == nil }
      ? nil : estimates.compactMap { $0 }.max { $0.bytes < $1.bytes }
  }
}
