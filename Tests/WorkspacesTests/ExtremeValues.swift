import Values

/// The outermost values that a field may take, made from the JSON Schema of its declared type.
enum ExtremeValues {
  /// A field by the keys that lead to it.
  struct Leaf {
    let path: [String]
    /// Its type as JSON Schema.
    let schema: Value

    var name: String { path.joined(separator: ".") }
    /// Its type, without what only tells fields of one type apart.
    var type: String {
      let told = ["title", "description", "default"]
      return JSON.line(.set((schema.members ?? []).filter { !told.contains($0.name) }))
    }
  }

  /// Every field below a schema.
  static func leaves(of schema: Value, below path: [String] = []) -> [Leaf] {
    if let properties = schema["properties"]?.members, schema["additionalProperties"] == false {
      return properties.flatMap { leaves(of: $0.value, below: path + [$0.name]) }
    }
    return [Leaf(path: path, schema: schema)]
  }

  /// The outermost values of one type.
  static func values(of schema: Value) -> [Value] {
    if let words = schema["enum"]?.items { return Array(words.prefix(1)) + words.suffix(1) }
    if let constant = schema["const"] { return [constant] }
    if let choices = schema["anyOf"]?.items { return choices.flatMap(values) }
    if let type = schema["type"]?.items { return type.contains("string") ? texts(of: schema) : [] }
    switch schema["type"] {
    case "integer": return ["minimum", "maximum"].compactMap { schema[$0] }
    case "number": return numbers(of: schema)
    case "boolean": return [true, false]
    case "string": return texts(of: schema)
    case "array": return lists(of: schema)
    case "object": return objects(of: schema)
    default: return []
    }
  }

  private static func numbers(of schema: Value) -> [Value] {
    let bounds = ["minimum", "maximum"].compactMap { schema[$0] }
    let inner = ["exclusiveMinimum", "exclusiveMaximum"].compactMap { schema[$0]?.number }
    let low = inner.first.map { [Value.number($0.nextUp), .number($0 + 1e-9)] } ?? []
    let high = schema["exclusiveMaximum"]?.number.map { [Value.number($0.nextDown)] } ?? []
    let open = schema["maximum"] == nil && schema["exclusiveMaximum"] == nil
    return bounds + low + high + (open ? [.number(1e308)] : [])
  }

  /// Texts of many forms: the reader keeps those that are of the type.
  ///
  /// Each form is as long as the type allows, and as short.
  private static func texts(of schema: Value) -> [Value] {
    let limit = schema["maxLength"]?.integer ?? 4096
    func filled(_ start: String, _ part: String, _ end: String = "") -> String {
      // Texts of a hundred thousand bytes are plain ones.
      let most = start.isEmpty ? limit : min(limit, 10_000)
      let room = max(0, most - start.utf8.count - end.utf8.count)
      return start + String(repeating: part, count: room / part.utf8.count) + end
    }
    let forms = [
      filled("", "a"), filled("", "1"), filled("", "😀"), filled("", "\""), filled("", "%"),
      filled("/", "a/", "b"), filled("~/", "a/", "b.gguf"), filled("https://", "a"),
      filled("org/", "a"), filled("org/", "a", "@v2"), filled("example.org/", "a", ":1"),
      filled("--", "a"), filled("A", "_"), filled("^", "a?"),
      filled("-m", "a"), filled("a", "a", ".gguf"), filled("/a", "b", ":/c:ro"), filled("a", "-a"),
    ]
    let sizes = ["8191TB", "8192TB", "1KB", "0.5KB", "1048575GB", "999999TB"]
    let words = [
      "a", "1", "é", "/a", "~/a", "org/model", "model:tag", "nvidia", "amd", "nvidia.com/gpu=0",
      "127.0.0.1", "::", "5.9", "4.9", "shared", "own", "unlimited", "-1", "1e400", "a=b", "main",
    ]
    // What fits a single word of the type is enough where the longest of its form is another's.
    let medium = [String(repeating: "b", count: 64), String(repeating: "b", count: 20)]
    return (schema["examples"]?.items ?? []) + (forms + sizes + words + medium).map(Value.text)
  }

  private static func lists(of schema: Value) -> [Value] {
    guard let item = schema["items"] else { return [] }
    // Forty of the longest are more than an argument of Linux.
    return [.list([])]
      + values(of: item).flatMap { value -> [Value] in
        let length = value.length + 2
        return [1, 40].filter { $0 * length < 300_000 }.map { .list(distinct(value, $0)) }
      }
  }

  /// So many values of one form, none equal to another.
  private static func distinct(_ value: Value, _ count: Int) -> [Value] {
    (0..<count).map { index in
      guard case .text(let text) = value, text.utf8.count > 8 else { return value }
      let number = String(index)
      return .text(String(text.dropLast(number.utf8.count)) + number)
    }
  }

  private static func objects(of schema: Value) -> [Value] {
    guard let item = schema["additionalProperties"], item != false else {
      // A section in a list: each of its fields in turn, with the first value of the others.
      let members = schema["properties"]?.members ?? []
      let all = members.map { ($0.name, values(of: $0.value)) }
      let first = all.compactMap { name, values in values.first.map { Value.Member(name, $0) } }
      return all.flatMap { name, values in
        values.map { value in
          .set(first.filter { $0.name != name } + [Value.Member(name, value)])
        }
      }
    }
    let names = ["A", "x", "org/model", String(repeating: "B", count: 63)]
    return values(of: item).flatMap { value in
      names.map { .set([.init($0, value)]) }
        + [.set((0..<20).map { .init("NAME_\($0)", value) })]
    }
  }
}

extension Value {
  subscript(name: String) -> Value? { members?.first { $0.name == name }?.value }

  var members: [Member]? { if case .set(let members) = self { members } else { nil } }
  var items: [Value]? { if case .list(let items) = self { items } else { nil } }
  var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }

  var number: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }

  /// About how many bytes it has as JSON, without writing it: these tests have values of megabytes.
  var length: Int {
    switch self {
    case .text(let text): text.utf8.count + 2
    case .list(let items): items.reduce(2) { $0 + $1.length + 2 }
    case .set(let members): members.reduce(2) { $0 + $1.name.utf8.count + $1.value.length + 6 }
    default: 5
    }
  }

  /// With a value in the place that keys lead to.
  func setting(_ path: some Collection<String>, to value: Value) -> Value {
    guard let key = path.first else { return value }
    var members = members ?? []
    let inner = members.first { $0.name == key }?.value ?? .set([])
    members.removeAll { $0.name == key }
    return .set(members + [.init(key, inner.setting(path.dropFirst(), to: value))])
  }
}
