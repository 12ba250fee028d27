import Diagnostics
import Schema

extension [ForeignServer] {
  /// Gives servers that have the same port, each at an address of its own, different ports of a machine.
  mutating func separateOwnPorts() {
    for index in indices { self[index].removeDoublePorts() }
    // Servers of different namespaces may have the same name.
    var owners: [Int: Int] = [:]
    for index in indices {
      for port in self[index].ports where !port.value.isOfOwnAddress {
        if let host = port.value.host { owners[host] = index }
      }
    }
    // Where the search for a free port goes on.
    var next: [Int: Int] = [:]
    for index in indices {
      for place in self[index].ports.indices where self[index].ports[place].value.isOfOwnAddress {
        let old = self[index].ports[place]
        guard let wanted = old.value.host else { continue }
        guard let owner = owners[wanted], owner != index else {
          owners[wanted] = index
          continue
        }
        var free = next[wanted] ?? wanted
        for _ in 0..<65535 where owners[free] != nil { free = free == 65535 ? 1024 : free + 1 }
        owners[free] = index
        next[wanted] = free
        self[index].ports[place] = Located(
          .init(address: old.value.address, host: free, container: old.value.container), old.range)
        self[index].tell(
          Located("port \(wanted)", old.range), .changed,
          "'\(self[owner].name.value)' has it on this machine; amm opens \(free)")
      }
    }
  }
}

extension ForeignServer {
  /// Removes a port of the server's own address if one of the machine leads to the same port.
  fileprivate mutating func removeDoublePorts() {
    let opened = Set(ports.filter { !$0.value.isOfOwnAddress }.map(\.value.container))
    ports.removeAll { $0.value.isOfOwnAddress && opened.contains($0.value.container) }
  }
}
