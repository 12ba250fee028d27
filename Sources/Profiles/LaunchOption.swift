/// Where a runtime takes a setting.
package enum LaunchOption: Sendable, Equatable {
  /// A variable of the server's environment.
  case variable(String)
  /// A command line option and its value: `--name VALUE`.
  case argument(String)
  /// A command line option that is written once for each item of a list.
  case repeated(String)
  /// A command line option and as many values as a list has: `--name A B`.
  case words(String)
  /// A command line option that takes an object as JSON.
  case object(String)
  /// A command line switch: the first word when true, the second, if there is one, when false.
  case flag(String, off: String? = nil)
  /// One key of the JSON object that an option takes: `--name '{"key": VALUE}'`.
  case json(String, key: String)
  /// A `PARAMETER` of an Ollama model.
  case modelParameter(String)
  /// Another instruction of an Ollama model, such as `SYSTEM`.
  case modelInstruction(String)
  /// An option whose value the runtime works out itself when the launch is completed.
  case computed(String)

  /// The option of a command line that it is; nil for what is passed otherwise.
  var optionName: String? {
    switch self {
    case .argument(let name), .repeated(let name), .words(let name), .object(let name),
      .flag(let name, _), .json(let name, _):
      name
    case .variable, .computed, .modelParameter, .modelInstruction: nil
    }
  }

  /// As documentation writes it.
  package var text: String {
    switch self {
    case .computed(let name) where name.hasPrefix("INSTRUCTION."): String(name.dropFirst(12))
    case .variable(let name), .argument(let name), .repeated(let name), .words(let name),
      .object(let name), .computed(let name):
      name
    case .flag(let name, nil): name
    case .flag(let name, let off?): "\(name) or \(off)"
    case .json(let name, let key): "\(name) (\(key))"
    case .modelParameter(let name): "PARAMETER \(name)"
    case .modelInstruction(let name): name
    }
  }
}

/// What a runtime does with a common setting.
package enum FieldUse: Sendable, Equatable {
  /// It goes there unchanged.
  case sets(LaunchOption)
  /// The server would run as if it were not written, which does no harm: a warning.
  case ignored(because: String, instead: String)
  /// The model would run otherwise than written: an error.
  case refused(because: String, instead: String)
}

/// What a runtime does with one word of a setting that it has.
package enum WordUse: Sendable, Equatable {
  /// It has the word.
  case same
  /// It has the thing under another word.
  case written(String)
  /// It does not have it: an error.
  case refused(because: String, instead: String)
}
