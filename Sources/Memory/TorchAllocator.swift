/// PyTorch's memory of a GPU (c10/cuda/CUDACachingAllocator.cpp, 2.9).
enum TorchAllocator {
  private static let smallest = 512.0
  private static let large = 10 * Bytes.mebibyte
  private static let segment = 2 * Bytes.mebibyte

  /// Bytes that a tensor takes: up to 10 MiB a part of a larger block, beyond it segments of 2 MiB of its
  /// own, of which a rest of at most 1 MiB is not given to others.
  static func taken(by bytes: Double) -> Double {
    guard bytes >= large else { return Bytes.up(bytes, to: smallest) }
    let whole = Bytes.up(bytes, to: segment)
    return whole - bytes <= Bytes.mebibyte ? whole : Bytes.up(bytes, to: smallest)
  }
}

/// How a server stores a matrix on the GPU.
enum Storage: Equatable {
  /// In numbers of so many bytes.
  case plain(bytes: Double)
  /// Bytes with a scale for each output (fp8, int8).
  case byteByChannel
  /// Bytes with a scale for each square of so many.
  case byteByBlock(side: Double)
  /// Bits with a scale of 16 bits for each group of so many (AWQ, GPTQ, compressed-tensors).
  case bits(Double, group: Double)
  /// 4 bits with a scale of a byte for each group of so many (nvfp4: 16, mxfp4: 32).
  case floats4(group: Double)

  /// Bytes on the GPU of a matrix.
  func bytes(_ outputs: Double, _ inputs: Double) -> Double {
    let numbers = outputs * inputs
    func taken(_ bytes: Double...) -> Double {
      bytes.reduce(0) { $0 + TorchAllocator.taken(by: $1) }
    }
    switch self {
    case .plain(let size): return taken(numbers * size)
    case .byteByChannel: return taken(numbers, outputs * 4)
    case .byteByBlock(let side):
      return taken(numbers, Bytes.parts(outputs, of: side) * Bytes.parts(inputs, of: side) * 4)
    case .bits(let bits, let group):
      return taken(numbers * bits / 8, numbers / group * 2)
    case .floats4(let group): return taken(numbers / 2, numbers / group)
    }
  }

  /// As people call it.
  var name: String {
    switch self {
    case .plain(let size): "\(Int(size) * 8) bits"
    case .byteByChannel: "8 bits, a scale an output"
    case .byteByBlock(let side): "8 bits, a scale a block of \(Int(side))"
    case .bits(let bits, let group): "\(Int(bits)) bits, a scale a group of \(Int(group))"
    case .floats4(let group): "4 bits, a scale a group of \(Int(group))"
    }
  }
}
