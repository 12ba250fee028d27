import Diagnostics
import Schema
import Text
import YAML

/// The files that make up a project of Compose, merged into one tree.
extension ComposeSource {
  /// A file with its tree, before its services are extended.
  struct Part {
    let path: String
    /// Its folder, below that of the first file.
    let folder: String
    let root: Node
    /// The mapping with the services, which old files have at their top.
    let services: Node
    /// The services by name.
    let named: [String: Node]

    init(path: String, folder: String, root: Node) {
      self.path = path
      self.folder = folder
      self.root = root
      services = root["services"] ?? root
      let entries = services.entries ?? []
      named = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
  }

  /// The names that `docker compose` looks for, and those of the files that it then reads with them.
  private static let names: Set = [
    "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml",
  ]
  private static let overrides = [
    "compose.override.yml", "compose.override.yaml", "docker-compose.override.yml",
    "docker-compose.override.yaml",
  ]
  private static let environment = ".env"
  /// The number of files that include or services that extend each other.
  private static let depth = 32
  /// The number of files under `include`.
  private static let includes = 100
  /// The number of values of all services that extend others.
  static let values = 4 * Composer.Limits.nodes

  /// Returns the files next to a Compose file that are read with it, although it does not name them.
  static func companions(of name: String) -> [String] {
    [environment] + (names.contains(name) ? overrides : [])
  }

  /// Returns the tree of the entire project; nil if a file of it cannot be read.
  mutating func project() -> Node? {
    let name = source.path.split(separator: "/").last.map(String.init) ?? source.path
    if let file = nearby[Self.environment], let fault = variables.read(file) {
      tell(fault, of: file)
    }
    guard var root = load(source, at: name, in: "") else { return nil }
    if Self.names.contains(name), let path = Self.overrides.first(where: { nearby[$0] != nil }),
      let file = nearby[path]
    {
      guard let other = load(file, at: path, in: "") else { return nil }
      root = merge.files(root, other)
    }
    root = merge.withoutReset(root)
    places = Places(files.joined ?? source)
    return root
  }

  /// Reports a line of a file with variables that Compose refuses.
  mutating func tell(_ fault: (line: Int, reason: String), of file: SourceFile) {
    findings.append(
      Diagnostic(
        ImportRules.variable,
        at: SourceLocation(file, SourceRange(at: SourcePosition(line: fault.line, column: 1))),
        "Compose refuses the line: \(fault.reason)",
        help: ["fix the line; Compose reads none of the file"]))
  }

  // MARK: Reading

  /// Reads a file, without what it includes and extends; nil if it cannot be read.
  private mutating func part(_ file: SourceFile, at path: String, in folder: String) -> Part? {
    if let known = parts[path] { return known }
    let tree = Composer.composeForeign(file, ignoring: Self.tags)
    findings += tree.repeated + tree.outcome.diagnostics
    guard let root = tree.outcome.value else { return nil }
    let shift = files.add(file)
    folders.append((shift, folder))
    for (place, tag) in tree.tags {
      merge.tags[SourcePosition(line: place.line + shift, column: place.column)] = tag
    }
    let part = Part(path: path, folder: folder, root: root.moved(byLines: shift))
    parts[path] = part
    return part
  }

  private mutating func load(
    _ file: SourceFile, at path: String, in folder: String, including stack: [String] = []
  ) -> Node? {
    guard let part = part(file, at: path, in: folder) else { return nil }
    return included(in: extended(part), of: part, stack + [path])
  }

  /// Returns a file next to the source that a text names; nil if there is none, which is told.
  private mutating func file(
    _ text: Located<String>, from folder: String, for purpose: String
  ) -> (path: String, file: SourceFile)? {
    let path = NearbyFiles.path(of: text.value, in: folder)
    if let path, let file = nearby[path] { return (path, file) }
    if let path, !nearby.isKnown(path) { wanted.insert(path) }
    hasUnreadFiles = true
    let isMissing = path != nil && nearby.hasFolder
    tell(
      ImportRules.key, text.range,
      isMissing
        ? "\(purpose) '\(text.value.abbreviated)' cannot be read"
        : "\(purpose) '\(text.value.abbreviated)' is in another folder, which amm does not read",
      help: "'docker compose config' prints one file with everything")
    return nil
  }

  // MARK: Include

  /// Returns a tree with what the files under `include` declare.
  private mutating func included(in root: Node, of part: Part, _ stack: [String]) -> Node {
    guard let include = root["include"] else { return root }
    var root = root
    for item in (include.items ?? [include]).prefix(Self.includes) {
      let names = item["path"].map { $0.items ?? [$0] } ?? [item]
      var tree: Node?
      for name in names.compactMap({ text($0) }) {
        guard let (path, file) = file(name, from: part.folder, for: "the included file") else {
          continue
        }
        includeCount += 1
        guard includeCount <= Self.includes else { return root }
        guard !stack.contains(path), stack.count < Self.depth else {
          tell(item, "'\(path.abbreviated)' includes itself", help: "remove one of the 'include'")
          continue
        }
        let folder = folder(of: item, path, part)
        let isNew = parts[path] == nil
        let before = files.end
        if isNew, tree == nil { useVariables(of: item, in: folder, after: before) }
        guard let loaded = load(file, at: path, in: folder, including: stack) else { continue }
        tree = tree.map { merge.files($0, loaded) } ?? loaded
        if isNew { variables.use(variables, after: files.end) }
      }
      if let tree { root = adding(tree, to: root, at: item) }
    }
    return root
  }

  /// Returns the folder that paths of an included file are relative to.
  private mutating func folder(of item: Node, _ path: String, _ part: Part) -> String {
    if let named = text(item["project_directory"]) {
      return NearbyFiles.path(of: named.value, in: part.folder) ?? ""
    }
    return path.split(separator: "/").dropLast().joined(separator: "/")
  }

  /// Reads the variables of an included file, which those of the project override.
  private mutating func useVariables(of item: Node, in folder: String, after line: Int) {
    let named = item["env_file"].map { $0.items ?? [$0] } ?? []
    let standard = folder.isEmpty ? Self.environment : folder + "/" + Self.environment
    let paths =
      named.isEmpty
      ? [standard] : named.compactMap { text($0)?.value }.compactMap { NearbyFiles.path(of: $0) }
    var own = Interpolation(like: variables)
    for path in paths where path != Self.environment {
      if !nearby.isKnown(path) { wanted.insert(path) }
      guard let file = nearby[path] else { continue }
      if let fault = own.read(file, isFirst: false) { tell(fault, of: file) }
    }
    variables.use(own, after: line)
  }

  /// Returns a tree with the resources of another one, which it does not declare itself.
  private mutating func adding(_ other: Node, to root: Node, at item: Node) -> Node {
    var entries = root.entries ?? []
    for kind in ["services", "volumes", "networks", "secrets", "configs"] {
      guard let added = other[kind]?.entries, !added.isEmpty else { continue }
      let place = entries.firstIndex { $0.key == kind }
      var own = place.flatMap { entries[$0].value.entries } ?? []
      let known = Set(own.map(\.key))
      for entry in added where known.contains(entry.key) && kind == "services" {
        tell(
          item, "the service '\(entry.key.abbreviated)' of the included file is in this file too",
          help: "rename one of the two; a file 'compose.override.yaml' changes services")
      }
      own += added.filter { !known.contains($0.key) }
      let value = Node(.mapping(own), place.map { entries[$0].value.range } ?? item.range)
      let entry = Node.Entry(
        key: kind, keyRange: place.map { entries[$0].keyRange } ?? item.range, value: value)
      if let place { entries[place] = entry } else { entries.append(entry) }
    }
    return Node(.mapping(entries), root.range)
  }

  // MARK: Extends

  /// Returns the tree of a file with its services extended.
  private mutating func extended(_ part: Part) -> Node {
    guard let entries = part.services.entries,
      entries.contains(where: { $0.value["extends"] != nil })
    else { return part.root }
    let services = Node(
      .mapping(
        entries.map { entry in
          Node.Entry(
            key: entry.key, keyRange: entry.keyRange,
            value: service(entry.value, named: entry.key, of: part, []))
        }), part.services.range)
    guard part.root["services"] != nil else { return services }
    return Node(
      .mapping(
        (part.root.entries ?? []).map { entry in
          entry.key == "services"
            ? Node.Entry(key: entry.key, keyRange: entry.keyRange, value: services) : entry
        }), part.root.range)
  }

  /// Returns a service with what it extends.
  private mutating func service(
    _ node: Node, named name: String, of part: Part, _ stack: [String]
  ) -> Node {
    let key = part.path + "\n" + name
    if let known = resolved[key] { return known }
    guard let extends = node["extends"] else { return node }
    guard !stack.contains(key) else {
      refuse(extends, "'\(name.abbreviated)' extends itself", help: "remove one of the 'extends'")
      return node
    }
    // The service that begins such a chain reports it.
    guard stack.count <= Self.depth else { return node }
    var origin: Part? = part
    if let named = text(extends["file"]) {
      origin = file(named, from: part.folder, for: "the file of 'extends'").flatMap { path, file in
        self.part(file, at: path, in: path.split(separator: "/").dropLast().joined(separator: "/"))
      }
    }
    let wanted = text(extends["service"] ?? extends)
    guard let origin, let wanted, let base = origin.named[wanted.value] else {
      if origin != nil {
        tell(
          ImportRules.refused, extends.range, "there is no service to extend",
          help: "name a service of the same file, or its file with 'file'")
      }
      return node
    }
    let whole = service(base, named: wanted.value, of: origin, stack + [key])
    let depth = (depths[origin.path + "\n" + wanted.value] ?? 0) + 1
    restOfValues -= whole.count + node.count
    (resolved[key], depths[key]) = (node, depth)
    guard restOfValues >= 0, depth < Self.depth else {
      tell(
        extends, "the services that extend others are larger than amm reads",
        help: "'docker compose config' prints one file with everything")
      return node
    }
    extendedPlaces[extends.range] = wanted.value
    let result = merge.services(whole, node)
    resolved[key] = result
    return result
  }

  /// Returns a path of a file as the folder of the source has it.
  func rebased(_ path: String, at range: SourceRange) -> String {
    guard path == "." || path == ".." || path.hasPrefix("./") || path.hasPrefix("../"),
      let folder = folder(of: range), !folder.isEmpty
    else { return path }
    return "./" + folder + "/" + path
  }

  /// Returns the folder of the file that a range is in, below that of the source.
  func folder(of range: SourceRange) -> String? {
    folders.last { range.start.line > $0.line }?.folder
  }
}
