extension CommandOutput {
  /// The reference of all outputs, in Markdown.
  package static var page: String {
    var page = """
      # JSON output

      <!-- Generated from the code by `make record`; a test fails if it is out of date. -->

      Each command below prints one JSON object on standard output. `version` is the version of the
      object's format. New members do not change it; every other change does. Names are in snake case,
      sizes are in bytes, and durations name their unit. Messages go to standard error.

      A command that fails before it has a result prints nothing on standard output, so check the exit
      status first. `validate` and `doctor` print their object also if they find errors.

      `amm schema --output-of NAME` prints the JSON Schema of an output. `amm compare --json` has its
      own format, which `amm compare --files` reads. `amm experiment show --json` prints the file of the
      experiment ([experiment.md](experiment.md)).

      """
    for output in all {
      page += "\n## `\(output.name)`\n\n"
      page += output.commands.map { "`\($0)`" }.joined(separator: ", ") + "\n\n"
      page += "| member | type | meaning |\n| --- | --- | --- |\n"
      page += rows(of: output.allMembers, below: "")
    }
    return page
  }

  /// The rows of an object's members; a list's members have `[]`, and a map's `*`, in their names.
  private static func rows(of members: [OutputShape.Member], below path: String) -> String {
    members.map { member in
      let name = path + member.name
      let kind = member.shape.word + (member.isOptional ? ", optional" : "")
      let row = "| `\(name)` | \(kind) | \(member.meaning.escapedForTable) |\n"
      guard let (inner, suffix) = member.shape.members else { return row }
      return row + rows(of: inner, below: name + suffix + ".")
    }.joined()
  }
}

extension OutputShape {
  /// The type as the reference names it.
  fileprivate var word: String {
    switch self {
    case .text(let values):
      values.isEmpty ? "text" : values.map { "`\($0)`" }.joined(separator: ", ")
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .any: "any"
    case .list(let item): "list of " + item.plural
    case .map(let item): "map of " + item.plural
    case .object: "object"
    }
  }

  private var plural: String {
    switch self {
    case .text: "texts"
    case .integer: "integers"
    case .number: "numbers"
    case .boolean: "booleans"
    case .any: "values"
    case .list: "lists"
    case .map: "maps"
    case .object: "objects"
    }
  }

  /// The members of the objects in it, and what their names begin with; nil if it has none.
  fileprivate var members: (members: [Member], suffix: String)? {
    switch self {
    case .object(let members): (members, "")
    case .list(.object(let members)): (members, "[]")
    case .map(.object(let members)): (members, ".*")
    default: nil
    }
  }
}

extension String {
  fileprivate var escapedForTable: String { split(separator: "|").joined(separator: "\\|") }
}
