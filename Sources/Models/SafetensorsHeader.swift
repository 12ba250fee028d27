import Values

/// The header of a safetensors file: its tensors by name (safetensors, README, "Format").
///
/// The file starts with the length of a JSON object (8 bytes, little-endian), then the object.
package struct SafetensorsHeader: Sendable, Equatable {
  /// A tensor's type, shape and byte range.
  package struct Tensor: Sendable, Equatable {
    /// The type, such as `BF16`, `F8_E4M3` or `I64`.
    package let type: String
    /// The dimensions, slowest-changing first.
    package let shape: [Int]
    /// The byte range, relative to the start of the data.
    package let place: Range<Int>
  }

  /// A reason why bytes are not a safetensors header.
  package enum Problem: Error, Equatable {
    case notSafetensors
    /// The bytes end before the header does; this many bytes from the start are needed.
    case cutOff(wanted: Int)
  }

  /// The longest header in bytes that the reference implementation reads (safetensors 0.6,
  /// src/tensor.rs).
  package static let limit = 100_000_000

  /// The tensors by name.
  package let tensors: [String: Tensor]
  /// The author's metadata.
  package let metadata: [String: String]

  /// Reads a header from a file's first bytes.
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

  /// The number of elements; nil if it overflows an Int.
  package var count: Int? {
    var count = 1
    for size in shape {
      guard let product = count.times(size) else { return nil }
      count = product
    }
    return count
  }
}
