import ArgumentParser
import Deployments
import Operations

/// Which cards a server is to run on, where the workspace does not say it, or other ones are meant.
struct CardOption: ParsableArguments {
  @Option(help: "The card, such as 'RTX 3090'; those of 'host.gpus' without.")
  var gpu: String?

  @Option(
    name: [.customLong("memory"), .customLong("gpu-total")],
    help: "Memory that programs can have of each card, such as 23.6GiB.")
  var memory: String?

  @Option(help: "How many such cards there are.")
  var gpus: Int?

  func validate() throws {
    if let gpus, !(1...100_000_000).contains(gpus) {
      throw ValidationError("'--gpus' is a whole number from 1 on.")
    }
    if let memory, Self.bytes(memory) == nil {
      throw ValidationError("'--memory' is a size such as 23.6GiB.")
    }
  }

  /// A plan on these cards.
  var request: PlanRequest {
    var request = PlanRequest()
    request.gpu = gpu
    request.memory = memory.flatMap(Self.bytes)
    request.gpuCount = gpus
    return request
  }

  /// Bytes of a size, which may be no whole number of them.
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
