import Models

/// The places of layers and of their cache: GPUs or main memory.
extension LlamaCppMemory {
  /// The number of layers, including those that predict further tokens.
  var blocks: Int {
    let counted = facts.layerCount ?? facts.layers.reduce(0) { $0 + $1.count }
    return max(facts.weights?.layers.count ?? 0, counted + (facts.predictionLayers ?? 0))
  }

  /// The build from which the output layer is the first to go to the GPU (src/llama-model.cpp,
  /// `i_gpu_start`), as a range: the build is not known exactly.
  private static let buildsOfOutputFirst = 7300..<7600

  /// The first layers on GPUs, and whether the output layer is on a GPU; two possibilities for a
  /// build whose rule is not known, the likely one first.
  var placements: [(first: Int, hasOutput: Bool)] {
    guard !cards.isEmpty else { return [(blocks, false)] }
    guard let wanted = settings.layersOnGPU, wanted >= 0, wanted <= blocks else {
      return [(0, true)]
    }
    let newer = (first: wanted == 0 ? blocks : blocks + 1 - wanted, hasOutput: wanted > 0)
    let older = (first: blocks - wanted, hasOutput: false)
    if settings.isOfOwnEngine { return [older] }
    guard let build = settings.build, build < Self.buildsOfOutputFirst.upperBound else {
      return [newer]
    }
    return build < Self.buildsOfOutputFirst.lowerBound ? [older] : [newer, older]
  }

  /// Whether at least one layer or the output layer is on a GPU.
  var usesGPU: Bool { placements.contains { $0.hasOutput || $0.first < blocks } }

  /// Whether some layers are on GPUs and others are not.
  var isPartlyOnGPU: Bool { usesGPU && placements.contains { $0.first > 0 } }

  /// The kinds of all layers in order; nil if the order is not known.
  private var kinds: [LayerKind]? {
    if facts.layers.count == 1, let group = facts.layers.first {
      return Array(repeating: group.kind, count: min(group.count, 10_000))
    }
    guard let order = facts.layerOrder?.utf8, order.count == facts.layerCount else { return nil }
    let kinds = order.compactMap { letter in
      let place = Int(letter) - Int(UInt8(ascii: "a"))
      return facts.layers.indices.contains(place) ? facts.layers[place].kind : nil
    }
    return kinds.count == order.count ? kinds : nil
  }

  /// Returns the bytes on GPUs of what each layer has: the usual number and its range.
  func bytesOnGPU(
    _ size: (LayerKind) -> Double
  ) -> (usual: Double, range: ClosedRange<Double>) {
    let found = placements.map { bytes(from: $0.first, size) }
    let low = found.map(\.range.lowerBound).min() ?? 0
    let high = found.map(\.range.upperBound).max() ?? 0
    return (found.first?.usual ?? 0, low...max(low, high))
  }

  private func bytes(
    from first: Int, _ size: (LayerKind) -> Double
  ) -> (usual: Double, range: ClosedRange<Double>) {
    let sizes = facts.layers.map { (bytes: size($0.kind), count: $0.count) }
    let all = sizes.reduce(0) { $0 + $1.bytes * Double($1.count) }
    guard first > 0 else { return (all, all...all) }
    if let kinds {
      let sum = kinds.dropFirst(first).reduce(0) { $0 + size($1) }
      return (sum, sum...sum)
    }
    let total = sizes.reduce(0) { $0 + $1.count }
    let count = max(0, total - first)
    /// Returns the sum of the first layers in an order of sizes.
    func sum(_ sizes: [(bytes: Double, count: Int)]) -> Double {
      var left = count
      return sizes.reduce(0) { sum, group in
        let part = min(left, group.count)
        left -= part
        return sum + group.bytes * Double(part)
      }
    }
    let sorted = sizes.sorted { $0.bytes < $1.bytes }
    let low = sum(sorted)
    let high = max(low, sum(sorted.reversed()))
    return (all * Double(count) / Double(max(1, total)), low...high)
  }
}
