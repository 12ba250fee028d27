import ArgumentParser
import Deployments
import Operations

/// The options that select GPUs other than those of the workspace.
struct CardOption: ParsableArguments {
  @Option(help: "The card, such as 'RTX 3090'; by default those in 'host.gpus'.")
  var gpu: String?

  @Option(
    name: [.customLong("memory"), .customLong("gpu-total")],
    help: "The memory of each card that programs can use, such as 23.6GiB.")
  var memory: String?

  @Option(help: "The number of these cards.")
  var gpus: Int?

  func validate() throws {
    if let gpus, !(1...100_000_000).contains(gpus) {
      throw ValidationError("'--gpus' must be a whole number, at least 1.")
    }
    if let memory, Self.bytes(memory) == nil {
      throw ValidationError("'--memory' must be a size such as 23.6GiB.")
    }
  }

  /// The request for a plan on these cards.
  var request: PlanRequest {
    var request = PlanRequest()
    request.gpu = gpu
    request.memory = memory.flatMap(Self.bytes)
    request.gpuCount = gpus
    return request
  }

  /// Returns the bytes of a size, which can have decimal places; nil if the text is not a size.
  private static func bytes(_ text: String) -> Int? {
    if let size = ByteCount(text) { return size.bytes }
    let units = [("TiB", 40), ("TB", 40), ("GiB", 30), ("GB", 30), ("MiB", 20), ("MB", 20)]
    for (unit, shift) in units where text.hasSuffix(unit) {
      guard let number = Double(text.dropLast(unit.count)), number > 0,
        number * Double(1 << shift) < Double(1 << 53)
      else { return nil }
      return Int((number * Double(1 << shift)).rounded())
    }
    return nil
  }
}
