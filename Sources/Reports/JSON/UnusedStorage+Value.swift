import Deployments
package import Operations
package import Values

extension UnusedStorage.Item {
  /// The item for programs, with its size in bytes.
  package var value: Value {
    .set(["kind": .text(kind.rawValue), "name": .text(name), "bytes": size.map(Value.integer)])
  }

  /// The item on one line.
  package var shown: Shown {
    let size = size.map { ByteCount(clamping: $0).text } ?? "?"
    let space = String(repeating: " ", count: max(1, 8 - kind.rawValue.count))
    return "\(kind.rawValue)\(space)\(name)  \(size)"
  }
}
