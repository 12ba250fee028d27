package import Diagnostics
package import Memory
package import Schema

/// The facts that placement checks need about the place where a profile runs.
package struct Placement: Sendable {
  /// The kind of processor that the instance runs on.
  package let processor: Processor
  /// The number of GPUs that its server can use; nil if that is only known on the machine.
  package let gpuCount: Int?
  /// The instance's GPUs from `host.gpus`; empty if one of them is not listed there.
  package let cards: [HostCard]
  /// The version of NVIDIA's driver; nil if `host` does not define it.
  package let driver: Release?
  /// The memory estimate of the profile's server from ``planning(_:)``; nil if it is not known.
  var planned: MemoryEstimate?
  /// Whether the instance gets variables from a file that amm does not read.
  package let hasEnvironmentFile: Bool

  /// Whether all of the instance's GPUs are known.
  var knowsCards: Bool { !cards.isEmpty && cards.count == gpuCount ?? cards.count }

  package init(
    processor: Processor, gpuCount: Int?, cards: [HostCard] = [], driver: Release? = nil,
    hasEnvironmentFile: Bool
  ) {
    self.cards = cards
    self.driver = driver
    self.processor = processor
    self.gpuCount = gpuCount
    self.hasEnvironmentFile = hasEnvironmentFile
  }
}

/// A GPU of an instance.
package struct HostCard: Sendable {
  /// The name in the host's settings, such as "RTX 3090", or else the device.
  package let name: String
  /// Its memory in bytes.
  package let memory: Int
  /// Its compute capability; nil if neither the name nor the capability is given.
  package let compute: ComputeCapability?
  /// The device's name for container engines.
  package let device: String
  /// The GPU with the memory that programs can use, which may be less than the host's settings
  /// state.
  package let gpu: GPU

  /// - Parameters:
  ///   - name: The product name; nil if the host's settings have none.
  ///   - compute: The compute capability in the host's settings; nil for that of the named GPU.
  package init(name: String?, memory: Int, compute: ComputeCapability?, device: String) {
    let card = name.flatMap(Card.named)
    self.device = device
    self.name = name ?? device
    self.memory = memory
    self.compute = compute ?? card?.compute
    gpu = GPU(card: card, memory: card?.memory(named: memory) ?? memory)
  }
}

/// A check of a profile in the place where it is served, which depends on the instance's GPUs.
package struct PlacementCheck: Sendable {
  /// The reason why a profile cannot be served there.
  package struct Objection {
    /// The problem, in one line.
    package let message: String
    /// How to fix it.
    package let help: String
    /// The place in the profile that causes it.
    package let range: SourceRange
    /// The text of the note at the other of the two places.
    package let note: String
    /// Whether the mistake is in the profile, so that the note is at the instance.
    package let isInProfile: Bool

    package init(
      _ message: String, help: String, at range: SourceRange, note: String,
      isInProfile: Bool = false
    ) {
      self.isInProfile = isInProfile
      self.message = message
      self.help = help
      self.range = range
      self.note = note
    }
  }

  /// The rule that it reports.
  package let rule: Rule
  /// Returns the problem with a profile at a place; nil if there is none.
  package let objection: @Sendable (Profile, Placement) -> Objection?

  init(
    _ rule: Rule, _ objection: @escaping @Sendable (Profile, Placement) -> Objection?
  ) {
    self.rule = rule
    self.objection = objection
  }
}
