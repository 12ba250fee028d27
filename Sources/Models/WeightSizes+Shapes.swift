import Text

extension WeightSizes {
  /// Divides a total size among the parts of a model by their shapes, for files whose headers were
  /// not read; nil for 0 bytes, more than the limit, or unknown shapes.
  ///
  /// All parameters are assumed to have the same size.
  package init?(ofAll bytes: Int, shapedAs facts: ModelFacts) {
    guard bytes > 0, bytes <= Self.limit, let parameters = facts.parameters, parameters > 0,
      let count = facts.layerCount, (1...Configuration.layerLimit).contains(count),
      let hidden = facts.hiddenSize, let vocabulary = facts.vocabulary,
      let table = hidden.times(vocabulary)
    else { return nil }
    let output = facts.isTied == true ? 0 : table
    let experts = facts.experts.flatMap { $0.numbers(of: hidden) } ?? 0
    let withExperts = (0..<count).map { facts.experts?.isIn(layer: $0) ?? false }
    guard let all = experts.times(withExperts.count { $0 }),
      let outside = table.plus(output)?.plus(all), outside < parameters
    else { return nil }
    let size = Double(bytes) / Double(parameters)
    func weighed(_ numbers: Int) -> Int { Int(Double(numbers) * size) }
    let rest = (parameters - outside) / count
    layers = withExperts.map { has in
      Layer(bytes: weighed(rest + (has ? experts : 0)), experts: has ? weighed(experts) : 0)
    }
    byPart = [.embedding: weighed(table), .attention: weighed(parameters - outside)]
    if output > 0 { byPart[.output] = weighed(output) }
    if all > 0 { byPart[.experts] = weighed(all) }
    byPart = byPart.filter { $0.value > 0 }
  }
}

extension Experts {
  /// The number of parameters of a layer's routed experts, with three matrices each.
  fileprivate func numbers(of hidden: Int) -> Int? {
    size.flatMap { $0.times(hidden)?.times(3)?.times(count) }
  }

  fileprivate func isIn(layer: Int) -> Bool {
    layer >= leadingDenseLayers && (layer - leadingDenseLayers + 1).isMultiple(of: max(1, interval))
  }
}
