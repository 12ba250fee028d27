package import Diagnostics

/// Turns events into one tree: follows aliases, applies merge keys, and refuses duplicates.
package struct Composer: ~Copyable {
  private var parser: EventParser
  private let collector: DiagnosticCollector
  private let repeated: DiagnosticCollector
  private let nodeLimit: Int
  private var tags: Set<String> = []
  private var tagged: [SourcePosition: String] = [:]
  private var anchors: [String: Anchor] = [:]
  private var nodeCount = 0

  private struct Anchor {
    let node: Node
    let nodeCount: Int
  }

  /// Ends the composition after an error was reported.
  private struct Stop: Error {}

  /// Composes the tree of a file's only document.
  ///
  /// - Parameters:
  ///   - byteLimit: The maximum size of the file in bytes.
  ///   - nodeLimit: The maximum number of values after aliases are expanded.
  ///   - tags: Custom tags that the file's reader knows; their values are composed as if they had none.
  package static func compose(
    _ source: SourceFile, byteLimit: Int = Limits.bytes, nodeLimit: Int = Limits.nodes,
    ignoring tags: Set<String> = []
  ) -> Outcome<Node> {
    composeTagged(source, byteLimit: byteLimit, nodeLimit: nodeLimit, ignoring: tags).outcome
  }

  /// Composes the tree of a file's only document, with its custom tags by the places of their values.
  ///
  /// - Parameter repeated: What collects the errors of repeated keys; nil if they are errors of the tree.
  static func composeTagged(
    _ source: SourceFile, byteLimit: Int, nodeLimit: Int, ignoring tags: Set<String>,
    repeated: DiagnosticCollector? = nil
  ) -> (outcome: Outcome<Node>, tags: [SourcePosition: String]) {
    let collector = DiagnosticCollector(source)
    guard source.bytes.count <= byteLimit else {
      collector.emit(
        YAMLRules.tooLarge, .fileStart,
        "the file has more than \(byteLimit) bytes, the most that amm reads")
      return (Outcome(nil, collector.diagnostics), [:])
    }
    if let place = source.strayLineEnd {
      collector.emit(
        YAMLRules.controlCharacter, SourceRange(at: source.position(ofByte: place)),
        "only some programs treat this character as a line end",
        help: "end the line with a line feed; in text, write \"\\r\", \"\\N\", \"\\L\" or \"\\P\"")
      return (Outcome(nil, collector.diagnostics), [:])
    }
    let (node, found) = unsafe source.bytes.withUnsafeBufferPointer { bytes in
      // libyaml would count a byte order mark as a column, so the first key would seem indented.
      let text = unsafe UnsafeBufferPointer(rebasing: bytes[source.textStart...])
      var composer = unsafe Composer(
        EventParser(text, of: source), collector, repeated ?? collector, nodeLimit)
      composer.tags = tags
      return (composer.document(), composer.tagged)
    }
    return (Outcome(node, collector.diagnostics), found)
  }

  private init(
    _ parser: consuming EventParser, _ collector: DiagnosticCollector,
    _ repeated: DiagnosticCollector, _ nodeLimit: Int
  ) {
    self.parser = parser
    self.collector = collector
    self.repeated = repeated
    self.nodeLimit = nodeLimit
  }

  private mutating func document() -> Node? {
    do throws(Stop) {
      var root: Node?
      while true {
        let event = try next()
        switch event.kind {
        case .other: continue
        case .documentStart:
          guard root == nil else {
            throw stop(
              YAMLRules.severalDocuments, event.range,
              "a second document begins here", help: "put it in a separate file")
          }
          root = try node(from: next(), depth: 1)
        default:
          if let root, !root.isNothing { return root }
          throw stop(
            YAMLRules.empty, .fileStart, "the file is empty",
            help: "add its keys; 'amm schema' prints what each kind of file can contain")
        }
      }
    } catch {
      return nil
    }
  }

  private mutating func next() throws(Stop) -> Event {
    do throws(ParseFailure) {
      return try parser.next()
    } catch {
      throw stop(for: error)
    }
  }

  private func stop(for error: ParseFailure) -> Stop {
    collector.emit(error.diagnostic(in: collector.source))
    return Stop()
  }

  private func stop(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String? = nil,
    notes: [Diagnostic.Note] = []
  ) -> Stop {
    collector.emit(
      Diagnostic(
        rule, at: SourceLocation(collector.source, range), message,
        help: help.map { [$0] } ?? [], notes: notes))
    return Stop()
  }

  private mutating func node(from event: Event, depth: Int) throws(Stop) -> Node {
    guard depth <= Limits.depth else {
      throw stop(
        YAMLRules.tooDeep, event.range, "values are nested deeper than \(Limits.depth) levels")
    }
    guard let (anchor, tag) = parser.properties else {
      return try bareNode(from: event, depth: depth)
    }
    if let tag {
      try check(tag, of: event)
      if tags.contains(tag) { tagged[event.range.start] = tag }
    }
    let countBefore = nodeCount
    let node = try bareNode(from: event, depth: depth)
    if let anchor {
      anchors[anchor] = Anchor(node: node, nodeCount: nodeCount - countBefore)
    }
    return node
  }

  /// Creates the node of an event, without its anchor and tag.
  private mutating func bareNode(from event: Event, depth: Int) throws(Stop) -> Node {
    try count(1, at: event)
    switch event.kind {
    case .scalar: return Node(.scalar(parser.scalar), event.range)
    case .sequenceStart: return try sequence(from: event, depth: depth)
    case .mappingStart: return try mapping(from: event, depth: depth)
    case .alias:
      let name = parser.aliasedAnchor
      guard let anchor = anchors[name] else {
        throw stop(
          YAMLRules.unknownAlias, event.range, "there is no anchor '&\(name)' above this alias",
          help: Suggestion.nearest(to: name, among: anchors.keys.sorted())
            .map { "did you mean '*\($0)'?" })
      }
      try count(anchor.nodeCount, at: event)
      return anchor.node
    case .collectionEnd, .documentStart, .streamEnd, .other:
      preconditionFailure("libyaml reported an end without a start")
    }
  }

  private mutating func count(_ nodes: Int, at event: Event) throws(Stop) {
    nodeCount += nodes
    guard nodeCount <= nodeLimit else {
      throw stop(
        YAMLRules.tooManyNodes, event.range,
        "the file contains more than \(nodeLimit) values after aliases are expanded")
    }
  }

  private func check(_ tag: String, of event: Event) throws(Stop) {
    let isStandard =
      switch event.kind {
      case .scalar: ["str", "int", "float", "bool", "null"].contains { tag == corePrefix + $0 }
      case .sequenceStart: tag == corePrefix + "seq"
      case .mappingStart: tag == corePrefix + "map"
      default: true
      }
    guard isStandard || tag == "!" || tags.contains(tag) else {
      throw stop(
        YAMLRules.customTag, collector.source.rangeOfTag(at: event.range.start),
        "the tag '\(tag.abbreviated)' is not supported",
        help: "remove the tag")
    }
  }

  private mutating func sequence(from start: Event, depth: Int) throws(Stop) -> Node {
    var items: [Node] = []
    items.reserveCapacity(8)
    var end = start.range.end
    while true {
      let event = try next()
      if case .collectionEnd = event.kind {
        return Node(.sequence(items), range(from: start, end, event))
      }
      let item = try node(from: event, depth: depth + 1)
      // An alias has the range of its anchor's node, so the range of its event counts here.
      end = .later(item.range.end, event.range.end)
      items.append(item)
    }
  }

  private mutating func mapping(from start: Event, depth: Int) throws(Stop) -> Node {
    var entries: [Node.Entry] = []
    // The root mapping usually has more keys than a section.
    entries.reserveCapacity(depth == 1 ? 16 : 6)
    var merges: [Node] = []
    var keys = KeySet()
    var end = start.range.end
    while true {
      let event = try next()
      if case .collectionEnd = event.kind {
        for merge in merges { try self.merge(merge, into: &entries, &keys) }
        return Node(.mapping(entries), range(from: start, end, event))
      }
      let key = try key(from: event, depth: depth + 1)
      let valueEvent = try next()
      let value = try node(from: valueEvent, depth: depth + 1)
      end = .later(value.range.end, valueEvent.range.end)
      if key.isPlain, key.text == "<<" {
        if !merges.isEmpty {
          repeated.emit(
            YAMLRules.duplicateKey, event.range, "the key '<<' appears twice",
            help: "write both in one list: '<<: [*a, *b]'")
        }
        merges.append(value)
      } else if let first = keys.insert(key.text, at: entries.count, among: entries) {
        let range = entries[first].keyRange
        repeated.emit(
          YAMLRules.duplicateKey, event.range, "the key '\(key.text.abbreviated)' appears twice",
          help: "remove one of the two",
          notes: [collector.note(range, "the first one is here")])
        entries[first] = Node.Entry(key: key.text, keyRange: range, value: value)
      } else {
        entries.append(Node.Entry(key: key.text, keyRange: event.range, value: value))
      }
    }
  }

  private mutating func key(from event: Event, depth: Int) throws(Stop) -> Node.Scalar {
    if event.kind == .scalar, depth <= Limits.depth, parser.properties == nil {
      try count(1, at: event)
      return parser.scalar
    }
    let node = try node(from: event, depth: depth)
    guard let scalar = node.scalar else {
      throw stop(YAMLRules.complexKey, event.range, "a key must be text, found \(node.kind)")
    }
    return scalar
  }

  /// Adds the keys that the mapping does not set itself, like the merge type of YAML 1.1.
  private func merge(
    _ node: Node, into entries: inout [Node.Entry], _ keys: inout KeySet
  ) throws(Stop) {
    switch node.content {
    case .mapping(let merged):
      for entry in merged where keys.insert(entry.key, at: entries.count, among: entries) == nil {
        entries.append(entry)
      }
    case .sequence(let items) where items.allSatisfy(\.isMapping):
      for item in items { try merge(item, into: &entries, &keys) }
    default:
      throw stop(
        YAMLRules.badMerge, node.range,
        "'<<' takes a mapping or a list of mappings, found \(node.kind)",
        help: "write '<<: *anchor', where '&anchor' marks a mapping")
    }
  }

  /// Returns the range of a collection; a flow collection ends at its bracket.
  ///
  /// The end mark of a block collection is at the next token, so the block ends with its last
  /// child.
  private func range(from start: Event, _ lastChild: SourcePosition, _ end: Event) -> SourceRange {
    let isFlow = end.range.start < end.range.end
    return SourceRange(start: start.range.start, end: isFlow ? end.range.end : lastChild)
  }
}

private let corePrefix = "tag:yaml.org,2002:"

extension Node {
  fileprivate var isMapping: Bool {
    entries != nil
  }

  fileprivate var isNothing: Bool {
    scalar?.isNull == true
  }
}
