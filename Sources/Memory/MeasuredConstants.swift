/// Figures that were measured because no formula gives them, by server version and card.
///
/// They are from public startup logs: llm-d-planner, accuracy/results (H100, vLLM 0.16 to 0.19),
/// and reports of users with other cards. Ranges include all observed values.
enum MeasuredConstants {
  /// A usual figure and the range of observed values, in GiB.
  struct Range {
    /// The usual figure in GiB.
    let usual: Double
    let low: Double
    let high: Double
    let source: String

    /// Returns the figure as a term for one of several GPUs.
    func term(_ name: MemoryTerm.Name, parts: Double) -> MemoryTerm {
      let unit = Bytes.gibibyte
      return MemoryTerm(
        name, usual * unit, .measured, range: low * unit...high * unit, "measured",
        [.init("GPUs", parts, .profile)], source: source)
    }
  }

  /// Returns vLLM's `non_torch`: memory of libraries other than PyTorch on each GPU.
  ///
  /// - Parameter parts: The number of GPUs that each layer is split over; pipeline stages need
  ///   little.
  static func nonTorch(
    _ release: ServerRelease?, isHopper: Bool, isUnified: Bool, isMeasured: Bool, parts: Double
  ) -> Range {
    if !isMeasured {
      return Range(usual: 0.5, low: 0, high: 4, source: "a guess: no logs for this card")
    }
    if isUnified {
      // Memory that other programs use counts as the server's.
      return Range(usual: 1.3, low: 0, high: 4, source: "logs of two GB10")
    }
    let isNew = release.map { $0 >= ServerRelease(0, 18) } ?? true
    if parts > 1 {
      // NCCL's channels depend on how the GPUs are connected.
      return isHopper
        ? Range(
          usual: isNew ? 2.1 : 0.55, low: 0.3, high: 4, source: "logs of 2 and 4 H100 (NVLink)")
        : Range(usual: 0.2, low: 0.02, high: 2.2, source: "logs of 2 to 8 cards (PCIe)")
    }
    // Since 0.27, this includes what PyTorch reserves and does not use (v1/worker/gpu_worker.py).
    let hasReserve = release.map { $0 >= ServerRelease(0, 27) } ?? true
    if hasReserve, !isHopper {
      return Range(usual: 0.3, low: 0, high: 1.2, source: "logs of two 4090, one A100 and one 5080")
    }
    return isHopper
      ? Range(usual: isNew ? 0.25 : 0.13, low: 0.05, high: 1.8, source: "logs of one H100")
      : Range(usual: 0.05, low: 0, high: 0.4, source: "logs of one V100, 3090, 4070, L40S")
  }

  /// GiB per CUDA graph and layer.
  static let graph = Range(
    usual: 0.022 / 102, low: 0.007 / 102, high: 0.066 / 102, source: "logs of 37 models on H100")

  /// The same for versions that do not count graphs as part of the share, and report them in the end.
  static let laterGraph = Range(
    usual: 0.022 / 102, low: 0.007 / 102, high: 0.09 / 102,
    source: "logs of 37 models on H100, and of one A100 and one 3090")

  /// Returns the driver's memory for a process on a GPU.
  static func context(parts: Double) -> Range {
    parts > 1
      ? Range(usual: 1.55, low: 0.5, high: 2.2, source: "logs of 2 and 4 H100")
      : Range(usual: 0.51, low: 0.2, high: 0.7, source: "logs of one H100")
  }

  /// The memory of PyTorch's sort-based sampling before vLLM 0.17, in copies of the 32-bit logits.
  static let sampling = 9.5
}
