/// A parser for server-sent events that arrive in pieces of any size (HTML standard, section 9.2).
///
/// It reads only `data:` fields, and joins the lines of an event with line feeds.
package struct EventStream: Sendable {
  private var line: [UInt8] = []
  private var data: [UInt8]?
  private var endsWithReturn = false

  package init() {}

  /// Adds bytes, and returns the data of each event that they complete.
  package mutating func take(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
    var events: [[UInt8]] = []
    for byte in bytes {
      if byte == 0x0A, endsWithReturn {
        endsWithReturn = false
        continue
      }
      endsWithReturn = byte == 0x0D
      guard byte == 0x0A || byte == 0x0D else {
        line.append(byte)
        continue
      }
      if line.isEmpty {
        if let event = data { events.append(event) }
        data = nil
      } else {
        takeLine()
      }
      line.removeAll(keepingCapacity: true)
    }
    return events
  }

  private mutating func takeLine() {
    let name = Array("data:".utf8)
    guard line.starts(with: name) else { return }
    var value = line[name.count...]
    if value.first == 0x20 { value.removeFirst() }
    if data == nil {
      data = Array(value)
    } else {
      data?.append(0x0A)
      data?.append(contentsOf: value)
    }
  }
}
