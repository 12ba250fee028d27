/// PyTorch's GPU memory allocator (c10/cuda/CUDACachingAllocator.cpp, 2.9).
enum TorchAllocator {
  private static let smallest = 512.0
  private static let large = 10 * Bytes.mebibyte
  private static let segment = 2 * Bytes.mebibyte

  /// Returns the bytes that a tensor occupies.
  ///
  /// Tensors below 10 MiB share larger blocks. Larger tensors have their own segments of 2 MiB; an
  /// unused rest of at most 1 MiB is not available to other tensors.
  static func taken(by bytes: Double) -> Double {
    guard bytes >= large else { return Bytes.up(bytes, to: smallest) }
    let whole = Bytes.up(bytes, to: segment)
    return whole - bytes <= Bytes.mebibyte ? whole : Bytes.up(bytes, to: smallest)
  }
}

/// The storage format of a matrix on the GPU.
enum Storage: Equatable {
  /// Elements with the given number of bytes.
  case plain(bytes: Double)
  /// 8 bits with a scale for each output (fp8, int8).
  case byteByChannel
  /// 8 bits with a scale for each square block with the given side length.
  case byteByBlock(side: Double)
  /// The given number of bits with a 16-bit scale for each group (AWQ, GPTQ, compressed-tensors).
  case bits(Double, group: Double)
  /// 4 bits with an 8-bit scale for each group (group size of nvfp4: 16, mxfp4: 32).
  case floats4(group: Double)

  /// Returns the bytes of a matrix on the GPU.
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

  /// A readable name.
  var name: String {
    switch self {
    case .plain(let size): "\(Int(size) * 8) bits"
    case .byteByChannel: "8 bits, one scale per output"
    case .byteByBlock(let side): "8 bits, one scale per block of \(Int(side))"
    case .bits(let bits, let group): "\(Int(bits)) bits, one scale per group of \(Int(group))"
    case .floats4(let group): "4 bits, one scale per group of \(Int(group))"
    }
  }
}
