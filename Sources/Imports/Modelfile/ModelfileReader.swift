import Diagnostics
import Schema
import Text

/// The instructions of a Modelfile, as Ollama reads them (parser/parser.go).
struct ModelfileReader {
  /// An instruction: its name as it is written, and the rest without quotes.
  struct Instruction {
    let name: Located<String>
    var value: Located<String>
  }

  /// The instructions, in the order of the file.
  private(set) var instructions: [Instruction] = []
  /// The place of a text in quotes that does not end; nil if all end.
  private(set) var unfinished: SourceRange?
  /// The names of instructions that quotes follow without a space, which Ollama refuses.
  private(set) var joined: [Located<String>] = []

  init(_ source: SourceFile) {
    let places = Places(source)
    let bytes = source.bytes
    var index = source.textStart
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x23 {
        index = Self.lineEnd(of: bytes, from: index)
      } else if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
        index += 1
      } else {
        index = read(bytes, at: index, places)
      }
    }
  }

  private static func lineEnd(of bytes: [UInt8], from start: Int) -> Int {
    bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
  }

  /// Reads an instruction, and returns the place after it.
  private mutating func read(_ bytes: [UInt8], at start: Int, _ places: Places) -> Int {
    let firstEnd = Self.lineEnd(of: bytes, from: start)
    var nameEnd =
      bytes[start..<firstEnd].firstIndex { $0 == 0x20 || $0 == 0x09 } ?? firstEnd
    let letters = bytes[start..<nameEnd].prefix(while: \.isASCIILetter)
    let isJoined = !letters.isEmpty && letters.endIndex < nameEnd && bytes[letters.endIndex] == 0x22
    if isJoined { nameEnd = letters.endIndex }
    let name = Located(
      String(decoding: bytes[start..<nameEnd], as: UTF8.self), places.range(start, nameEnd))
    var begin = nameEnd
    while begin < firstEnd, bytes[begin] == 0x20 || bytes[begin] == 0x09 { begin += 1 }
    var prefix = begin
    // The name of a parameter, or the role of a message, precedes the value.
    if ["parameter", "message"].contains(name.value.lowercased()) {
      while prefix < firstEnd, bytes[prefix] != 0x20, bytes[prefix] != 0x09 { prefix += 1 }
      while prefix < firstEnd, bytes[prefix] == 0x20 || bytes[prefix] == 0x09 { prefix += 1 }
    }
    let head = String(decoding: bytes[begin..<prefix], as: UTF8.self).trimmed
    let quotes = Self.quotes(at: prefix, of: bytes)
    var end = firstEnd
    var value = Self.trimmed(bytes[prefix..<end])
    if quotes > 0 {
      // A text in quotes ends at the first line that ends with them.
      while !Self.isClosed(value, quotes), end < bytes.count {
        end = Self.lineEnd(of: bytes, from: end + 1)
        value = Self.trimmed(bytes[prefix..<end])
      }
      if Self.isClosed(value, quotes) {
        value = value.dropFirst(quotes).dropLast(quotes)
      } else {
        // It has the rest of the file.
        unfinished = unfinished ?? places.range(prefix, firstEnd)
        value = value.dropFirst(quotes)
      }
    }
    if isJoined { joined.append(name) }
    let isMessage = name.value.lowercased() == "message"
    // Lines of other systems end with a carriage return.
    let text = String(decoding: value, as: UTF8.self).replacing("\r\n", with: "\n")
    let whole = head.isEmpty ? text : head + (isMessage ? ": " : " ") + text
    instructions.append(
      Instruction(
        name: name, value: Located(whole, places.range(begin, max(begin, firstEnd)))))
    return max(end, start + 1)
  }

  /// Returns the number of quotes that begin a text: 3, 1 or 0.
  private static func quotes(at start: Int, of bytes: [UInt8]) -> Int {
    if bytes[start...].starts(with: [0x22, 0x22, 0x22]) { return 3 }
    return start < bytes.count && bytes[start] == 0x22 ? 1 : 0
  }

  private static func isClosed(_ value: ArraySlice<UInt8>, _ quotes: Int) -> Bool {
    value.count >= 2 * quotes && value.suffix(quotes).allSatisfy { $0 == 0x22 }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
    var rest = bytes
    while let first = rest.first, isSpace(first) { rest = rest.dropFirst() }
    while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
    return rest
  }

  /// Returns the name and the value of a parameter.
  static func parameter(
    of value: Located<String>
  ) -> (name: Located<String>, value: Located<String>) {
    let name = String(value.value.prefix { $0 != " " })
    let rest = String(value.value.dropFirst(name.count)).trimmed
    return (Located(name, value.range), Located(rest, value.range))
  }
}
