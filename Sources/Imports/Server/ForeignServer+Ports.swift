import Diagnostics
import Schema
import Text

/// The short form of ports, which engines and Compose share.
extension ForeignServer {
  /// Reads `[ADDRESS:][HOST:]CONTAINER[/PROTOCOL]`, in which both ports may be ranges `A-B`.
  ///
  /// - Returns: False if it is no port.
  @discardableResult
  mutating func readPort(_ written: Located<String>) -> Bool {
    var text = written.value[...]
    if let slash = text.lastIndex(of: "/") {
      let name = text[text.index(after: slash)...]
      guard ["tcp", "udp", "sctp"].contains(name) else { return false }
      guard name == "tcp" else {
        tell(written, .dropped, "servers answer over TCP")
        return true
      }
      text = text[..<slash]
    }
    let parts = Self.split(text)
    let isOpen = NixSource.isOpen(written.value)
    if isOpen {
      hasOpenPorts = true
      tell(
        Located("port", written.range), .unknown, NixSource.reason(ofOpen: written.value))
    }
    guard parts.count <= 3, let inside = parts.last.flatMap(Self.range(of:)) else { return isOpen }
    var outside = parts.count > 1 ? parts[parts.count - 2] : ""
    if NixSource.isOpen(outside) { outside = "" }
    let address = parts.count == 3 ? parts[0].filter { $0 != "[" && $0 != "]" } : nil
    let isNamed = address.map { !$0.isEmpty } ?? false
    // An address that is not known opens the port to this machine only.
    let named = isNamed ? address.map { NixSource.isOpen($0) ? "127.0.0.1" : $0 } : nil
    guard !outside.isEmpty else {
      ports += inside.map {
        Located(.init(address: named, host: nil, container: $0), written.range)
      }
      return true
    }
    guard let hosts = Self.range(of: outside) else { return false }
    guard hosts.count == inside.count else {
      // Of a range for one port, the engine takes the first that is free.
      guard inside.count == 1 else { return false }
      ports.append(
        Located(
          .init(address: named, host: hosts.lowerBound, container: inside.lowerBound),
          written.range))
      tell(written, .changed, "the first port of the range is used")
      return true
    }
    for (host, container) in zip(hosts, inside) {
      ports.append(
        Located(.init(address: named, host: host, container: container), written.range))
    }
    return true
  }

  /// Splits at colons that are not within the brackets of an IPv6 address, or within `${…}`.
  private static func split(_ text: Substring) -> [String] {
    var parts = [""]
    var isAddress = false
    var isValue = false
    for character in text {
      if character == "[" { isAddress = true }
      if character == "]" { isAddress = false }
      if character == "{", parts.last?.last == "$" { isValue = true }
      if character == "}" { isValue = false }
      if character == ":", !isAddress, !isValue {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  /// Returns the ports of `A` or `A-B`; nil if it is none, or one of more than 1,000 ports.
  private static func range(of text: String) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { part in
      part.utf8.count <= 5 && part.utf8.allSatisfy(\.isASCIIDigit) ? Int(part) : nil
    }
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
      (1...65535).contains(first), first <= last, last <= 65535, last - first < 1000
    else { return nil }
    return first...last
  }

  /// Reads `SOURCE:TARGET[:OPTIONS]`, or only `TARGET` for a volume without a name.
  ///
  /// - Returns: False if it is no mount.
  @discardableResult
  mutating func readVolume(_ written: Located<String>) -> Bool {
    let parts = Self.split(written.value[...])
    if parts.count == 1, parts[0].hasPrefix("/") {
      tell(written, .dropped, "a volume without a name is empty after each start")
      return true
    }
    guard (2...3).contains(parts.count), !parts[0].isEmpty, parts[1].hasPrefix("/") else {
      let isOpen = NixSource.isOpen(written.value)
      if isOpen {
        tell(
          Located("volume", written.range), .unknown, NixSource.reason(ofOpen: written.value))
      }
      return isOpen
    }
    let options = parts.count > 2 ? parts[2].split(separator: ",").map(String.init) : []
    places.append(
      Located(
        .init(
          source: parts[0], target: parts[1], isReadOnly: options.contains("ro"),
          options: options.filter { !["ro", "rw"].contains($0) }),
        written.range))
    return true
  }

  /// Leaves out ports that are published twice in the same way.
  mutating func keepOnePortEach() {
    var seen: Set<String> = []
    ports.removeAll { port in
      let key = "\(port.value.address ?? "") \(port.value.host ?? 0) \(port.value.container)"
      return port.value.host != nil && !seen.insert(key).inserted
    }
  }

  /// Keeps the last of several mounts at one path of the container, in the place of the first.
  mutating func keepOnePlaceEach() {
    var kept: [Located<Place>] = []
    var indices: [String: Int] = [:]
    for place in places {
      let path = place.value.target
      if let index = indices[path] {
        tell(
          Located(path, kept[index].range), .dropped, "another volume of the file is mounted there")
        kept[index] = place
      } else {
        indices[path] = kept.count
        kept.append(place)
      }
    }
    places = kept
  }

  /// Returns the options of a mount `type=bind,source=A,target=B,…`, as the short form has them.
  static func options(ofMount parts: [String: String], isReadOnly: Bool) -> String {
    let labels = ["shared": "z", "private": "Z"]
    let label = parts["relabel"].flatMap { labels[$0] }
    let owner = ["U", "chown"].contains { ["true", "1"].contains(parts[$0]) } ? "U" : nil
    return [isReadOnly ? "ro" : nil, parts["z"].map { _ in "z" } ?? label, owner]
      .compactMap(\.self).joined(separator: ",")
  }
}
