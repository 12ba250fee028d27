/// A script as a tree: its commands, and the bodies of its here-documents.
struct ShellScript: Sendable {
  var nodes: [ShellNode] = []
  /// The bodies of here-documents, by their number.
  var bodies: [ShellText] = []
  /// Problems of the script itself.
  var faults: [ShellFault] = []
}

/// A command of a script, or several of them.
indirect enum ShellNode: Sendable {
  case simple(ShellSimple)
  /// The definition of a function.
  case function(name: String, body: [ShellNode])
  /// The branches of one `if` or `case`, with a number of their own.
  case branches(Int, subject: ShellWord?, [ShellChoice])
  case loop(ShellLoop)
  /// A command after `&&` or `||`.
  case conditional(ShellNode, isOr: Bool)
  /// A command before `&`, or before `|`, whose end is not followed.
  case background(ShellNode, isPiped: Bool)
  /// A command after `!`.
  case negated(ShellNode)
  /// Commands between braces or parentheses.
  case group([ShellNode], isSubshell: Bool)
}

/// A loop: the variable that it sets, and its body.
struct ShellLoop: Sendable {
  var variable: String?
  /// The words that a `for` goes through; nil if it is another loop.
  var words: [ShellWord]?
  /// The numbers that a `for` goes through; nil if it is another loop.
  var counter: ShellCounter?
  var body: [ShellNode] = []
}

/// A branch of an `if` or `case`.
struct ShellChoice: Sendable {
  /// What an `if` tests; empty for `else` and in a `case`.
  var tests: [ShellNode] = []
  /// The patterns of a `case`.
  var patterns: [ShellWord] = []
  var body: [ShellNode] = []
}

/// A command without keywords: assignments, words, and here-documents.
struct ShellSimple: Sendable {
  /// The assignments before its words, or those of `export` and its kind.
  var assignments: [ShellAssignment] = []
  var words: [ShellWord] = []
  /// The numbers of its here-documents.
  var documents: [Int] = []
  /// Those of these in which the shell replaces nothing.
  var quotedDocuments: Set<Int> = []
  /// The files to which its output goes.
  var outputs: [ShellWord] = []
  var faults: [ShellFault] = []
}

/// An assignment of a variable or an array.
struct ShellAssignment: Sendable {
  enum Value: Sendable {
    case text(ShellWord)
    case list([ShellWord])
  }

  let name: String
  let value: Value
  /// Whether it adds to the variable: `A+=b`.
  let isAppending: Bool
  /// Whether it sets an element: `A[1]=b`.
  let hasIndex: Bool
  let start: Int
  let end: Int
}

/// A word of a script as it is written.
struct ShellWord: Sendable {
  var parts: [ShellPart] = []
  var start = 0
  var end = 0
  /// Whether it is written as JSON whose quotes the shell removes.
  var losesQuotes = false

  /// The text of a word that is one plain literal without quotes; nil for other words.
  var plain: String? {
    guard parts.count == 1, case .literal(let text, false) = parts[0] else { return nil }
    return text.string
  }
}

/// A part of a word.
indirect enum ShellPart: Sendable {
  case literal(ShellText, isQuoted: Bool)
  case variable(ShellReference, isQuoted: Bool)
  /// `$(…)`, a text in backticks, or `<(…)`: its commands, and the text.
  case substitution([ShellNode], written: ShellText, isQuoted: Bool)
  /// `$((…))`: the expression, and the text.
  case arithmetic(String, written: ShellText, isQuoted: Bool)
  /// Another expansion whose value is not known.
  case open(ShellText, isQuoted: Bool)
}

/// A reference to a variable: `$A`, `${A:-b}`, `"${A[@]}"`.
struct ShellReference: Sendable {
  enum Operator: Sendable {
    /// `:-` and `-`.
    case `default`
    /// `:=` and `=`.
    case assign
    /// `:+` and `+`.
    case alternative
    /// `:?` and `?`.
    case required
    /// `${#A[@]}`: the number of elements.
    case count
    /// `${!A[@]}`: the indices of the elements.
    case indices
    /// A change of the value, such as `##`.
    case other
  }

  /// The elements of an array.
  enum Index: Sendable, Equatable {
    case none
    /// `[@]`
    case each
    /// `[*]`
    case joined
    case number(Int)
    /// An expression, such as `i` or `$i`.
    case expression(String)
  }

  var name: String
  var index = Index.none
  var `operator`: Operator?
  /// Whether an empty value counts as none, as with `:-`.
  var treatsEmptyAsUnset = false
  var operand: [ShellPart] = []
  var written = ShellText()
}

/// A problem of a script that changes what its commands mean.
struct ShellFault: Sendable {
  enum Kind: Sendable {
    /// A backslash before spaces at the end of a line.
    case blankAfterBackslash
    /// A comment within a continued command.
    case comment
    /// `^` or a backtick at the end of a line.
    case otherShell
    /// A command that begins with an option, because the line before it does not continue.
    case lostContinuation
    /// `<…>` in the place of a value.
    case placeholder
    /// `export A = b`.
    case spacedAssignment
    /// `export A:b`.
    case invalidName
    /// A quote that is never closed.
    case unclosed
    /// More nesting than amm reads.
    case depth
    /// A script for Slurm whose first line names no shell.
    case noShell
    case lineEnds
    case null
    case encoding
    /// JSON whose quotes the shell removes.
    case quotes
  }

  let kind: Kind
  let start: Int
  let end: Int
}
