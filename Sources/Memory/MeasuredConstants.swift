/// What no formula gives, and was measured instead: by release and kind of card.
///
/// Of public logs of start-ups: llm-d-planner, accuracy/results (H100, vLLM 0.16 to 0.19), and reports of
/// users with other cards. Ranges hold all that was seen.
enum MeasuredConstants {
  /// A figure and what it was found between.
  struct Range {
    /// GiB.
    let usual: Double
    let low: Double
    let high: Double
    let source: String

    /// The figure as a term, of one of so many GPUs.
    func term(_ name: MemoryTerm.Name, parts: Double) -> MemoryTerm {
      let unit = Bytes.gibibyte
      return MemoryTerm(
        name, usual * unit, .measured, range: low * unit...high * unit, "measured",
        [.init("GPUs", parts, .profile)], source: source)
    }
  }

  /// vLLM's `non_torch`: libraries beside PyTorch, of each GPU.
  ///
  /// - Parameter parts: GPUs that each layer is split over: those that only hand on tokens need little.
  static func nonTorch(
    _ release: ServerRelease?, isHopper: Bool, isUnified: Bool, isMeasured: Bool, parts: Double
  ) -> Range {
    if !isMeasured {
      return Range(usual: 0.5, low: 0, high: 4, source: "no log of such a card was read")
    }
    if isUnified {
      // What other programs hold of the machine's memory counts as its own.
      return Range(usual: 0.5, low: 0, high: 4, source: "logs of one GB10")
    }
    let isNew = release.map { $0 >= ServerRelease(0, 18) } ?? true
    if parts > 1 {
      // NCCL's channels depend on how the GPUs are connected.
      return isHopper
        ? Range(
          usual: isNew ? 2.1 : 0.55, low: 0.3, high: 2.6, source: "logs of 2 and 4 H100 by NVLink")
        : Range(usual: 0.2, low: 0.02, high: 2.2, source: "logs of 2 to 8 cards by PCIe")
    }
    return isHopper
      ? Range(usual: isNew ? 0.25 : 0.13, low: 0.05, high: 1.8, source: "logs of one H100")
      : Range(usual: 0.05, low: 0, high: 0.4, source: "logs of one V100, 3090, 4070, L40S")
  }

  /// GiB of a recorded graph and layer.
  static let graph = Range(
    usual: 0.022 / 102, low: 0.007 / 102, high: 0.066 / 102, source: "logs of 37 models on H100")

  /// The driver's part of a process on a GPU.
  static func context(parts: Double) -> Range {
    parts > 1
      ? Range(usual: 1.55, low: 0.5, high: 2.2, source: "logs of 2 and 4 H100")
      : Range(usual: 0.51, low: 0.2, high: 0.7, source: "logs of one H100")
  }

  /// What PyTorch's sort-based sampling takes, as a number of copies of the logits in 32 bits, before
  /// vLLM 0.17.
  static let sampling = 9.5
}
