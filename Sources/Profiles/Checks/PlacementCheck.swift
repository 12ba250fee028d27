package import Diagnostics

/// Where a profile is to run, as far as the checks of runtimes need to know.
package struct Placement: Sendable {
  /// What the instance runs on.
  package let processor: Processor
  /// How many GPUs its server sees; nil when that is only known on the machine.
  package let gpuCount: Int?
  /// Whether it gets variables from a file that amm does not read.
  package let hasEnvironmentFile: Bool

  package init(processor: Processor, gpuCount: Int?, hasEnvironmentFile: Bool) {
    self.processor = processor
    self.gpuCount = gpuCount
    self.hasEnvironmentFile = hasEnvironmentFile
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

    package init(_ message: String, help: String, at range: SourceRange, note: String) {
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
