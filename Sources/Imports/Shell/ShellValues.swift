/// A word after expansion.
struct ShellField: Sendable {
  var text = ShellText()
  var start = 0
  var end = 0
  /// Whether it contains any number of words, such as `"$@"`.
  var isList = false
}

/// A variable of a script.
struct ShellVariable: Sendable {
  /// Its value, or the elements of an array.
  var elements: [ShellField] = []
  var isArray = false
  var isExported = false
  /// Whether the script does not show its value.
  var isOpen = false
  /// Whether it may have no value, so that `${A:-b}` is `b`.
  var mayBeUnset = false
  /// Whether it is only empty because nothing outside of the script sets it: `A="${A:-}"`.
  var isFromOutside = false
  /// Whether a condition that the script does not decide sets it in place of another value.
  var mayBeAnother = false
}

/// A command that a script runs, after expansion.
struct ShellCommand: Sendable {
  var words: [ShellField] = []
  /// The variables that it gets in addition.
  var assignments: [(name: String, value: ShellField)] = []
  /// The variables that the script exports.
  var exported: [(name: String, value: ShellField)] = []
  /// The branches that it is in: the number of each `if` or `case`, and of the branch.
  var path: [ShellBranch] = []
  var faults: [ShellFault] = []
  /// The place of its first word as it is written.
  var place = 0
  /// The variables that the script sets for servers, and does not export.
  var unexported: [(name: String, value: ShellField)] = []
  /// Whether the script goes on only when it ends.
  var isAwaited = true
  /// Whether another program reads its output.
  var isPiped = false
  /// The conditions of the script under which it runs, and which the script does not decide.
  var turns: [ShellBranch] = []
  /// The container that it runs in, of a script on the machine; nil for the machine itself.
  var container: String?
  /// The folder that it runs in.
  var folder = ShellFolder.ofScript
  /// The words of programs that give it processors, memory or a priority.
  var placing: [ArraySlice<ShellField>] = []
}

/// The folder that a command runs in.
enum ShellFolder: Sendable {
  /// The one from which the script is started.
  case ofScript
  case path(ShellText)
  /// One that the script does not show.
  case open
}

/// A branch of an `if` or `case`.
struct ShellBranch: Sendable, Equatable {
  let number: Int
  let branch: Int
}
