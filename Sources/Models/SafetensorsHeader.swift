import Values

/// The head of a safetensors file: its tensors by name (safetensors, README, "Format").
///
/// Eight bytes with the length of a JSON object, little-endian, then the object.
package struct SafetensorsHeader: Sendable, Equatable {
  /// A tensor's type, shape and place.
  package struct Tensor: Sendable, Equatable {
    /// `BF16`, `F8_E4M3`, `I64`.
    package let type: String
    /// The slowest dimension first.
    package let shape: [Int]
    /// Bytes from the beginning of the data.
    package let place: Range<Int>
  }

  /// Why bytes are no head of such a file.
  package enum Problem: Error, Equatable {
    case notSafetensors
    /// The file goes on where the bytes end; so many of its first are wanted.
    case cutOff(wanted: Int)
  }

  /// The longest head that the reference implementation reads (safetensors 0.6, src/tensor.rs).
  package static let limit = 100_000_000

  /// By name.
  package let tensors: [String: Tensor]
  /// What its author wrote beside them.
  package let metadata: [String: String]

  /// Reads a head from a file's first bytes.
  package init(_ bytes: [UInt8]) throws(Problem) {
    guard bytes.count >= 8 else { throw .notSafetensors }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= UInt64(Self.limit), bytes.count == 8 || bytes[8] == 0x7B else {
      throw .notSafetensors
    }
    let end = 8 + Int(length)
    guard bytes.count >= end else { throw .cutOff(wanted: end) }
    guard case .object(let members)? = JSONValue(parsing: Array(bytes[8..<end])) else {
      throw .notSafetensors
    }
    var tensors: [String: Tensor] = [:]
    var metadata: [String: String] = [:]
    for (name, value) in members {
      if name == "__metadata__" {
        guard case .object(let notes) = value else { throw .notSafetensors }
        metadata = notes.compactMapValues(\.text)
        continue
      }
      guard let tensor = Tensor(value) else { throw .notSafetensors }
      tensors[name] = tensor
    }
    self.tensors = tensors
    self.metadata = metadata
  }
}

extension SafetensorsHeader.Tensor {
  fileprivate init?(_ value: JSONValue) {
    guard let type = value["dtype"]?.text, let shape = value["shape"]?.list,
      let offsets = value["data_offsets"]?.list, offsets.count == 2, shape.count <= 16,
      let start = offsets[0].wholeNumber, let end = offsets[1].wholeNumber, start <= end
    else { return nil }
    let sizes = shape.compactMap(\.wholeNumber)
    guard sizes.count == shape.count else { return nil }
    self.init(type: type, shape: sizes, place: start..<end)
  }

  /// How many numbers it holds; nil for more than an Int has.
  package var count: Int? {
    var count = 1
    for size in shape {
      guard let product = count.times(size) else { return nil }
      count = product
    }
    return count
  }
}
