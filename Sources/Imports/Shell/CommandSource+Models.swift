import Diagnostics
import Profiles
import Schema

/// The models that a script lets a server load: `ollama pull MODEL`.
extension CommandSource {
  /// A command that lets a server load a model.
  struct Pull {
    let model: ShellField
    /// The container that it runs in; nil for a program of the machine.
    let container: ShellField?
    /// The number of servers before it.
    let index: Int
  }

  private static let loaders: Set<String> = Set(
    Runtimes.all.filter { $0.sources.contains(.ollama) }.flatMap { runtime in
      runtime.foreign.programs.compactMap(\.first)
    })

  /// Returns the model that a command loads, and the container; nil if it loads none.
  static func pull(_ words: [ShellField]) -> (model: ShellField, container: ShellField?)? {
    var rest = words[...]
    var container: ShellField?
    if let inside = RunLine.executed(words) {
      container = inside.container
      rest = inside.words
    }
    guard let first = rest.first, loaders.contains(ShellWrappers.program(first)),
      let verb = rest.dropFirst().first, ["pull", "run"].contains(verb.text.string)
    else { return nil }
    let model = rest.dropFirst(2).first { $0.text.bytes.first != 0x2D }
    guard let model, !model.isList else { return nil }
    return (model, container)
  }

  /// Whether a script of a container loads a model before it starts the server that does it.
  static func pullsFirst(_ script: Located<String>) -> Bool {
    let (text, _) = ShellFault.text(of: SourceFile(path: "", bytes: Array(script.value.utf8)))
    var evaluator = ShellEvaluator(size: text.count) { _ in true }
    evaluator.run(text)
    var pulls = false
    for command in evaluator.commands {
      guard let first = command.words.first, loaders.contains(ShellWrappers.program(first)),
        let verb = command.words.dropFirst().first?.text.string
      else { continue }
      if ["serve", "start"].contains(verb) { return pulls }
      let isOfOther = (command.assignments + command.exported).contains { $0.name == "OLLAMA_HOST" }
      guard verb == "pull", command.isAwaited, command.path.isEmpty, !isOfOther else {
        return false
      }
      pulls = true
    }
    return false
  }

  /// Whether a command creates a model on a running server.
  static func creates(_ words: [ShellField]) -> Bool {
    guard let first = words.first, loaders.contains(ShellWrappers.program(first)) else {
      return false
    }
    return words.dropFirst().first?.text.string == "create"
  }

  /// Returns the step that creates a model, if the variables of its command have the instructions.
  static func step(of command: ShellCommand, _ places: Places) -> [ForeignServer] {
    let first = command.words[0]
    var step = ForeignServer(
      name: Located(first.text.string, places.range(first.start, first.end)))
    step.variables = variables(command.exported + command.assignments, places, &step)
    return OwnTraces.isStep(step) ? [step] : []
  }

  /// Adds the models to the servers that load them.
  static func add(_ pulls: [Pull], to servers: inout [ForeignServer], _ places: Places) {
    guard !pulls.isEmpty else { return }
    let candidates = servers.indices.filter { index in
      Recognition.recognise(servers[index])?.runtime.pullsModels ?? false
    }
    guard let first = candidates.first else { return }
    var named: [String: Int] = [:]
    for index in candidates { named[servers[index].containerName?.value ?? ""] = index }
    for pull in pulls {
      let name = pull.container?.text.string
      let index = name.flatMap { named[$0] } ?? candidates.last { $0 < pull.index } ?? first
      let model = Located(pull.model.text.string, places.range(pull.model.start, pull.model.end))
      if pull.model.text.isOpen {
        servers[index].tell(model, .unknown, "the script does not show which model it loads")
      } else if !servers[index].pulled.contains(where: { $0.value == model.value }) {
        servers[index].pulled.append(model)
      }
    }
  }
}
