/// The header of a GGUF file: the metadata of the model and its tensors.
///
/// Supports little-endian GGUF 2 and 3 (ggml, docs/gguf.md). A header can be cut off anywhere,
/// because only the first megabyte of a large file is read. Everything before the cut is available.
package struct GGUFHeader: Sendable, Equatable {
  /// A metadata value.
  ///
  /// Long lists, such as a vocabulary, are only counted.
  package enum Item: Sendable, Equatable {
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case text(String)
    /// A list of at most 1024 whole numbers, such as one for each layer; `true` is 1.
    case integers([Int])
    /// The length of a longer list or of a list of other items.
    case list(Int)
  }

  /// A tensor's name, shape and type.
  package struct Tensor: Sendable, Equatable {
    package let name: String
    /// The dimensions, fastest-changing first.
    package let shape: [Int]
    /// The type number (ggml.h, `enum ggml_type`).
    package let type: Int
    /// The offset in bytes from the start of the data.
    package let offset: Int
  }

  /// A reason why bytes are not a GGUF header that amm can read.
  package enum Problem: Error, Equatable {
    case notGGUF
    case version(Int)
    /// A count, a length or a type is out of range.
    case broken
  }

  /// The largest numbers of keys, tensors and dimensions, and the longest text in bytes.
  private static let limits = (keys: 65_536, tensors: 1 << 20, dimensions: 8, text: 1 << 20)

  /// The GGUF version: 2 or 3.
  package let version: Int
  /// The metadata values by key.
  package private(set) var metadata: [String: Item] = [:]
  /// The tensors in the order of the file.
  package private(set) var tensors: [Tensor] = []
  /// The number of tensors, including those after a cut.
  package let tensorCount: Int
  /// Whether the header is complete.
  package private(set) var isWhole = false
  /// The size in bytes of a file with this header and its tensors; nil if the header is cut off or
  /// has a tensor of an unknown type.
  package private(set) var fileSize: Int?

  /// Reads a header from a file's first bytes.
  package init(_ bytes: [UInt8]) throws(Problem) {
    var reader = ByteReader(bytes)
    guard reader.take(4).map(Array.init) == Array("GGUF".utf8) else { throw .notGGUF }
    guard let version = reader.integer(4) else { throw .notGGUF }
    // A big-endian file has its version in the other byte order and is rejected here.
    guard version == 2 || version == 3 else { throw .version(version) }
    guard let tensorCount = reader.integer(8), let keyCount = reader.integer(8) else {
      throw .notGGUF
    }
    guard (0...Self.limits.tensors).contains(tensorCount), (0...Self.limits.keys).contains(keyCount)
    else { throw .broken }
    self.version = version
    self.tensorCount = tensorCount
    for _ in 0..<keyCount {
      guard let key = try reader.text(Self.limits.text), let type = reader.integer(4) else {
        return
      }
      guard let item = try reader.item(type, Self.limits.text) else { return }
      metadata[key] = item
    }
    for _ in 0..<tensorCount {
      guard let tensor = try reader.tensor(Self.limits.dimensions, Self.limits.text) else { return }
      tensors.append(tensor)
    }
    isWhole = true
    fileSize = size(ofHeader: reader.position)
  }

  /// The data starts at a multiple of the alignment (ggml, docs/gguf.md, `general.alignment`).
  private func size(ofHeader bytes: Int) -> Int? {
    guard !tensors.isEmpty else { return bytes }
    var alignment = 32
    if case .integer(let number)? = metadata["general.alignment"] { alignment = number }
    guard (1...1 << 20).contains(alignment) else { return nil }
    var end = 0
    for tensor in tensors {
      guard let size = tensor.bytes, let last = tensor.offset.plus(size) else { return nil }
      end = max(end, last)
    }
    return ((bytes + alignment - 1) / alignment * alignment).plus(end)
  }
}

/// Reads values from bytes; returns nil for values after the end.
private struct ByteReader {
  private let bytes: [UInt8]
  /// The number of bytes that were read.
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    let start = position
    return skip(count) ? bytes[start..<position] : nil
  }

  /// Moves over bytes; returns whether there are so many.
  private mutating func skip(_ count: Int) -> Bool {
    guard count >= 0, bytes.count - position >= count else { return false }
    position += count
    return true
  }

  /// Reads an unsigned number; nil if the bytes end or the number overflows an Int.
  mutating func integer(_ size: Int) -> Int? {
    bits(size).flatMap { Int(exactly: $0) }
  }

  /// Reads the bits of a little-endian number.
  private mutating func bits(_ size: Int) -> UInt64? {
    guard skip(size) else { return nil }
    // Not over a slice: a vocabulary has hundreds of thousands of lengths.
    var number: UInt64 = 0
    var index = position
    while index > position - size {
      index -= 1
      number = number << 8 | UInt64(bytes[index])
    }
    return number
  }

  /// Reads a length and that number of bytes; nil if they are cut off.
  mutating func text(_ limit: Int) throws(GGUFHeader.Problem) -> String? {
    guard let length = bits(8) else { return nil }
    guard length <= UInt64(limit) else { throw .broken }
    return take(Int(length)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Reads a value of the given type (gguf.h, `enum gguf_type`).
  mutating func item(_ type: Int, _ limit: Int) throws(GGUFHeader.Problem) -> GGUFHeader.Item? {
    switch type {
    case 8: return try text(limit).map { .text($0) }
    case 9: return try list(limit)
    default: return try scalar(type)
    }
  }

  private mutating func scalar(_ type: Int) throws(GGUFHeader.Problem) -> GGUFHeader.Item? {
    switch type {
    case 0: bits(1).map { .integer(Int($0)) }
    case 1: bits(1).map { .integer(Int(Int8(truncatingIfNeeded: $0))) }
    case 2: bits(2).map { .integer(Int($0)) }
    case 3: bits(2).map { .integer(Int(Int16(truncatingIfNeeded: $0))) }
    case 4: bits(4).map { .integer(Int($0)) }
    case 5: bits(4).map { .integer(Int(Int32(truncatingIfNeeded: $0))) }
    case 6: bits(4).map { .number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))) }
    case 7: bits(1).map { .boolean($0 != 0) }
    case 10: bits(8).map { Int(exactly: $0).map { .integer($0) } ?? .number(Double($0)) }
    case 11: bits(8).map { .integer(Int(truncatingIfNeeded: $0)) }
    case 12: bits(8).map { .number(Double(bitPattern: $0)) }
    default: throw .broken
    }
  }

  /// Reads a list; keeps only short lists of whole numbers.
  private mutating func list(_ limit: Int) throws(GGUFHeader.Problem) -> GGUFHeader.Item? {
    guard let type = integer(4), let count = bits(8) else { return nil }
    guard count <= 1 << 32 else { throw .broken }
    if type == 8 {
      for _ in 0..<count {
        guard let length = bits(8) else { return nil }
        guard length <= UInt64(limit) else { throw .broken }
        guard skip(Int(length)) else { return nil }
      }
      return .list(Int(count))
    }
    let sizes = [0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8]
    guard let size = sizes[type] else { throw .broken }
    if count <= 1024, type != 6, type != 12 {
      var numbers: [Int] = []
      for _ in 0..<count {
        switch try scalar(type) {
        case .integer(let number)?: numbers.append(number)
        case .boolean(let flag)?: numbers.append(flag ? 1 : 0)
        case nil: return nil
        default: return skip((Int(count) - numbers.count - 1) * size) ? .list(Int(count)) : nil
        }
      }
      return .integers(numbers)
    }
    return skip(Int(count) * size) ? .list(Int(count)) : nil
  }

  mutating func tensor(
    _ dimensions: Int, _ limit: Int
  ) throws(GGUFHeader.Problem) -> GGUFHeader.Tensor? {
    guard let name = try text(limit), let count = integer(4) else { return nil }
    guard (0...dimensions).contains(count) else { throw .broken }
    var shape: [Int] = []
    for _ in 0..<count {
      guard let bits = bits(8) else { return nil }
      guard let size = Int(exactly: bits), size > 0 else { throw .broken }
      shape.append(size)
    }
    guard let type = integer(4), let offset = bits(8) else { return nil }
    guard let offset = Int(exactly: offset) else { throw .broken }
    return GGUFHeader.Tensor(name: name, shape: shape, type: type, offset: offset)
  }
}
