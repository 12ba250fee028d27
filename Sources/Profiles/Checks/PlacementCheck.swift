package import Diagnostics
package import Memory
package import Schema

/// Where a profile is to run, as far as the checks of runtimes need to know.
package struct Placement: Sendable {
  /// What the instance runs on.
  package let processor: Processor
  /// How many GPUs its server sees; nil when that is only known on the machine.
  package let gpuCount: Int?
  /// The instance's GPUs, as far as `host.gpus` says; empty where it says nothing of one of them.
  package let cards: [HostCard]
  /// NVIDIA's driver there; nil where `host` does not say it.
  package let driver: Release?
  /// What the profile's server takes there, where ``planning(_:)`` worked it out; nil where that is not known.
  var planned: MemoryEstimate?
  /// Whether it gets variables from a file that amm does not read.
  package let hasEnvironmentFile: Bool

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
  /// As the host's settings name it: "RTX 3090", or the device.
  package let name: String
  /// Bytes of its memory.
  package let memory: Int
  /// What it can compute; nil where neither name nor capability is given.
  package let compute: ComputeCapability?
  /// How engines name it.
  package let device: String
  /// The card with the memory that programs can have of it: what the host's settings say may be what stands
  /// on its box.
  package let gpu: GPU

  /// - Parameters:
  ///   - name: Its maker's name for it; nil where the host's settings say none.
  ///   - compute: What they say that it can compute; nil for what its name says.
  package init(name: String?, memory: Int, compute: ComputeCapability?, device: String) {
    let card = name.flatMap(Card.named)
    self.device = device
    self.name = name ?? device
    self.memory = memory
    self.compute = compute ?? card?.compute
    gpu = GPU(card: card, memory: card?.memory(named: memory) ?? memory)
  }
}

/// Something that must hold of a profile where it is served: a runtime's rule that depends on the
/// instance's GPUs.
package struct PlacementCheck: Sendable {
  /// Why a profile cannot be served there.
  package struct Objection {
    /// What is wrong, in one line.
    package let message: String
    /// The way out.
    package let help: String
    /// Where the profile asks for it.
    package let range: SourceRange
    /// What the note at the instance says.
    package let note: String
    /// Whether the mistake stands in the profile, so that the note is at the instance.
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
  /// What is wrong with a profile at a place; nil where nothing is.
  package let objection: @Sendable (Profile, Placement) -> Objection?

  init(
    _ rule: Rule, _ objection: @escaping @Sendable (Profile, Placement) -> Objection?
  ) {
    self.rule = rule
    self.objection = objection
  }
}
