/// How a runtime receives a setting.
package enum LaunchOption: Sendable, Equatable {
  /// A variable of the server's environment.
  case variable(String)
  /// A command line option and its value: `--name VALUE`.
  case argument(String)
  /// A command line option that is written once for each item of a list.
  case repeated(String)
  /// A command line option that is followed by all values of a list: `--name A B`.
  case words(String)
  /// A command line option that takes an object as JSON.
  case object(String)
  /// A command line switch: the first name for true, the second, if it exists, for false.
  case flag(String, off: String? = nil)
  /// One key of the JSON object that an option takes: `--name '{"key": VALUE}'`.
  case json(String, key: String)
  /// A `PARAMETER` of an Ollama model.
  case modelParameter(String)
  /// Another instruction of an Ollama model, such as `SYSTEM`.
  case modelInstruction(String)
  /// An option whose value the runtime computes when it completes the launch.
  case computed(String)

  /// The name of the command line option; nil if the setting is passed in another way.
  var optionName: String? {
    switch self {
    case .argument(let name), .repeated(let name), .words(let name), .object(let name),
      .flag(let name, _), .json(let name, _):
      name
    case .variable, .computed, .modelParameter, .modelInstruction: nil
    }
  }

  /// The form in the documentation.
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
  /// The setting is passed unchanged in this option.
  case sets(LaunchOption)
  /// The setting has no effect and does no harm: a warning.
  case ignored(because: String, instead: String)
  /// The model would run differently than the profile says: an error.
  case refused(because: String, instead: String)
}

/// What a runtime does with one value of a setting that it has.
package enum WordUse: Sendable, Equatable {
  /// The runtime has the same value.
  case same
  /// The runtime has another word for the value.
  case written(String)
  /// The runtime does not have the value: an error.
  case refused(because: String, instead: String)
}
