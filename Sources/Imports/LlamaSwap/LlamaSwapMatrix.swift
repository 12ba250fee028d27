/// The `matrix` of a llama-swap configuration: sets of models that can run at the same time
/// (llama-swap v250, internal/matrix/dsl.go).
///
/// `a & b` runs both, and `a | b` one of them. A model that is in no set runs by itself.
struct LlamaSwapMatrix {
  /// The limits within which a matrix is read.
  private enum Limits {
    static let models = 100
    static let characters = 4000
    static let depth = 32
  }

  private let names: [String: Int]
  private let models: [String]
  private let sets: [String: String]
  /// The models that can run together with each model.
  private var together: [Set<Int>]
  private var rest: Substring = ""
  private var isBroken = false

  /// Reads a matrix.
  ///
  /// - Parameters:
  ///   - models: The keys of all models.
  ///   - variables: The models by the short names that sets use for them.
  ///   - sets: The expressions, by the names of the sets.
  init(_ models: [String], variables: [String: String], sets: [String: String]) {
    self.models = models
    self.sets = sets
    var names: [String: Int] = [:]
    for (index, model) in models.enumerated() { names[model] = index }
    for (name, model) in variables { names[name] = names[model] }
    self.names = names
    together = Array(repeating: [], count: models.count)
    let size = sets.values.reduce(0) { $0 + $1.utf8.count }
    guard models.count <= Limits.models, size <= Limits.characters, !sets.isEmpty else {
      isBroken = true
      return
    }
    for set in sets.keys.sorted() { _ = members(ofSet: set, 0) }
  }

  /// The models of which only one runs at a time, in the order of the file; nil if exclusive groups cannot say
  /// the same.
  var groups: [[String]]? {
    guard !isBroken else { return nil }
    let all = Set(models.indices)
    let rivals = models.indices.map { all.subtracting(together[$0]) }
    var groups: [[String]] = []
    for (index, own) in rivals.enumerated() {
      guard own.allSatisfy({ rivals[$0] == own }) else { return nil }
      if own.count > 1, own.min() == index { groups.append(own.sorted().map { models[$0] }) }
    }
    return groups
  }

  // MARK: Expressions

  private mutating func members(ofSet name: String, _ depth: Int) -> Set<Int> {
    guard let text = sets[name], depth < Limits.depth else { return broken() }
    let outer = rest
    rest = text[...]
    let found = alternatives(depth)
    if next != nil { isBroken = true }
    rest = outer
    return found
  }

  private mutating func broken() -> Set<Int> {
    isBroken = true
    rest = ""
    return []
  }

  /// The next character that is not a space; nil at the end.
  private var next: Character? {
    mutating get {
      rest = rest.drop(while: \.isWhitespace)
      return rest.first
    }
  }

  private mutating func alternatives(_ depth: Int) -> Set<Int> {
    var found = combination(depth)
    while next == "|" {
      rest.removeFirst()
      found.formUnion(combination(depth))
    }
    return found
  }

  private mutating func combination(_ depth: Int) -> Set<Int> {
    var found = part(depth)
    while next == "&" {
      rest.removeFirst()
      let other = part(depth)
      for one in found { together[one].formUnion(other.subtracting([one])) }
      for one in other { together[one].formUnion(found.subtracting([one])) }
      found.formUnion(other)
    }
    return found
  }

  private mutating func part(_ depth: Int) -> Set<Int> {
    guard depth < Limits.depth, let first = next else { return broken() }
    if first == "(" {
      rest.removeFirst()
      let found = alternatives(depth + 1)
      guard next == ")" else { return broken() }
      rest.removeFirst()
      return found
    }
    if first == "+" { rest.removeFirst() }
    let name = String(rest.prefix { $0.isLetter || $0.isNumber || "_-.".contains($0) })
    rest = rest.dropFirst(name.count)
    if first == "+" { return members(ofSet: name, depth + 1) }
    guard let model = names[name] else { return broken() }
    return [model]
  }
}
