import Diagnostics
import YAML

/// Merges services and files as Docker Compose does (compose-go 2.1, override/merge.go).
struct ComposeMerge {
  /// The tags of values, by the places where they begin: `!reset` removes a value, and `!override` replaces
  /// the one that it would be merged with.
  var tags: [SourcePosition: String] = [:]

  static let reset = "!reset"
  static let override = "!override"

  /// Keys of a service whose value replaces the other.
  private static let replaced: Set = ["command", "entrypoint", "healthcheck.test"]
  /// Keys of a service that are mappings, or lists of `NAME=VALUE`.
  private static let pairs: Set = [
    "environment", "labels", "annotations", "sysctls", "build.args", "build.labels",
    "deploy.labels",
  ]
  /// Keys of a service that are mappings, or lists of their keys.
  private static let names: Set = ["networks", "depends_on", "models"]
  /// Keys of a service that are lists, or one item.
  private static let lists: Set = [
    "dns", "dns_opt", "dns_search", "env_file", "label_file", "tmpfs",
  ]

  /// Returns a file's tree with another one over it.
  func files(_ base: Node, _ other: Node) -> Node { mapping(base, other, at: []) }

  /// Returns a service with another one over it.
  func services(_ base: Node, _ other: Node) -> Node {
    merged(base, other, at: ["services", ""]) ?? other
  }

  private func tag(_ node: Node) -> String? { tags.isEmpty ? nil : tags[node.range.start] }

  /// Returns a value with another one over it; nil if that removes it.
  private func merged(_ base: Node?, _ other: Node, at path: [String]) -> Node? {
    if tag(other) == Self.reset { return nil }
    guard let base, tag(base) != Self.reset, tag(other) != Self.override else { return other }
    let key =
      path.first == "services" && path.count > 2 ? path.dropFirst(2).joined(separator: ".") : ""
    if Self.replaced.contains(key) { return other }
    if Self.pairs.contains(key) {
      return mapping(Self.asPairs(base), Self.asPairs(other), at: path)
    }
    if other.scalar?.isNull ?? false { return base }
    if Self.names.contains(key) {
      return mapping(Self.asNames(base), Self.asNames(other), at: path)
    }
    if Self.lists.contains(key) { return list(base.items ?? [base], other.items ?? [other], other) }
    if let first = base.items, let second = other.items { return list(first, second, other) }
    guard base.entries != nil, other.entries != nil else { return other }
    return mapping(base, other, at: path)
  }

  private func list(_ first: [Node], _ second: [Node], _ other: Node) -> Node {
    Node(.sequence(first + second), other.range)
  }

  private func mapping(_ base: Node, _ other: Node, at path: [String]) -> Node {
    var entries = base.entries ?? []
    var places: [String: Int] = [:]
    for (index, entry) in entries.enumerated() { places[entry.key] = index }
    var removed: Set<Int> = []
    for entry in other.entries ?? [] {
      guard let index = places[entry.key] else {
        places[entry.key] = entries.count
        entries.append(entry)
        continue
      }
      let old = entries[index]
      guard let value = merged(old.value, entry.value, at: path + [entry.key]) else {
        removed.insert(index)
        continue
      }
      // A service stays where it is declared first.
      let isService = path == ["services"]
      entries[index] = Node.Entry(
        key: entry.key, keyRange: isService ? old.keyRange : entry.keyRange, value: value)
    }
    let kept = entries.indices.filter { !removed.contains($0) }.map { entries[$0] }
    return Node(.mapping(kept), other.range)
  }

  private static func asPairs(_ node: Node) -> Node {
    guard let items = node.items else { return node }
    return Node(
      .mapping(
        items.compactMap { item in
          guard let text = item.scalar?.text else { return nil }
          let name = String(text.prefix { $0 != "=" })
          let value = text.dropFirst(name.count + 1)
          let isSet = name.count < text.count
          return Node.Entry(
            key: name, keyRange: item.range,
            value: Node(.scalar(.init(text: String(value), isPlain: !isSet)), item.range))
        }), node.range)
  }

  private static func asNames(_ node: Node) -> Node {
    guard let items = node.items else { return node }
    return Node(
      .mapping(
        items.compactMap { item in
          guard let name = item.scalar?.text else { return nil }
          return Node.Entry(
            key: name, keyRange: item.range,
            value: Node(.scalar(.init(text: "", isPlain: true)), item.range))
        }), node.range)
  }

  /// Returns a tree without the values that `!reset` removes.
  func withoutReset(_ node: Node) -> Node {
    guard !tags.isEmpty else { return node }
    switch node.content {
    case .scalar: return node
    case .sequence(let items):
      return Node(.sequence(items.filter { tag($0) != Self.reset }.map(withoutReset)), node.range)
    case .mapping(let entries):
      return Node(
        .mapping(
          entries.filter { tag($0.value) != Self.reset }.map {
            Node.Entry(key: $0.key, keyRange: $0.keyRange, value: withoutReset($0.value))
          }), node.range)
    }
  }
}
