package import Deployments
import Schema
import Values

/// How a model is started, independent of the instance.
package struct Launch: Sendable {
  /// The environment variables; each name occurs once.
  package private(set) var environment: [EnvironmentVariable] = []
  /// The index of each name in `environment`.
  private var places: [EnvironmentVariable.Name: Int] = [:]
  /// The arguments of the launcher, in order.
  package var arguments: [Argument] = []
  /// The mounts of the server's container.
  package var mounts: [Mount] = []
  /// The steps that run after the server has started, in order.
  package var preparation: [PreparationStep] = []
  /// The Modelfile of a model that is created on the running server; nil if the launch names the
  /// model.
  package var modelFile: ModelFile?
  /// Seconds to finish running requests before the server stops; nil for the runtime's default.
  package var stopTimeout: Int?
  /// The program that replaces the image's entry point; nil to keep it.
  package var entrypoint: PlainText?
  /// The name that clients use for the model.
  package var model: String
  /// The members of JSON options, collected until they become arguments.
  private var json: [Value.Member] = []

  private init(model: String) { self.model = model }

  /// Returns the launch of a profile by its runtime.
  package static func of(_ profile: Profile) -> Launch {
    launch(of: profile, on: profile.runtime.value)
  }

  private static func launch<R: Runtime>(of profile: Profile, on runtime: R.Type) -> Launch {
    var launch = Launch(model: profile.model.text)
    for setting in profile.settings.common {
      // For 'none', no option is passed: the 'none' of an option can have another meaning.
      let isAbsence =
        setting.field == .quantization && setting.value.value == .text(Quantization.none.rawValue)
      guard !isAbsence, let option = R.option(for: setting.field) else { continue }
      launch.put(setting.value.value.word(in: setting.field, of: runtime), in: option)
    }
    for setting in profile.settings.own { launch.put(setting.value.value, in: setting.option) }
    launch.addJSON()
    runtime.complete(&launch, for: profile)
    launch.arguments += profile.arguments.map(\.value)
    for variable in profile.environment {
      launch.set(variable.name.value, variable.item.value)
    }
    return launch
  }

  /// Passes a setting in the way that its option requires.
  private mutating func put(_ value: Value, in option: LaunchOption) {
    switch option {
    case .variable(let name):
      guard let name = EnvironmentVariable.Name(name) else {
        preconditionFailure("a runtime has an invalid variable name")
      }
      set(name, value.launchText)
    case .argument(let name): add(name, value.launchText)
    case .repeated(let name): for item in value.items { add(name, item.launchText) }
    case .words(let name):
      add(name)
      for item in value.items { add(item.launchText) }
    case .flag(let name, let off):
      if value == true { add(name) } else if let off { add(off) }
    case .json(let name, let key): addJSON(name, [.init(key, value)])
    case .object(let name):
      if case .set(let members) = value {
        addJSON(name, members)
      } else {
        add(name, JSON.line(value))
      }
    case .computed: return
    case .modelParameter(let name):
      var file = modelFile ?? ModelFile()
      file.add(parameter: name, value)
      modelFile = file
    case .modelInstruction(let name):
      var file = modelFile ?? ModelFile()
      for item in value.items { file.add(instruction: name, item.launchText) }
      modelFile = file
    }
  }

  /// Adds members to the object that an option takes.
  private mutating func addJSON(_ name: String, _ members: [Value.Member]) {
    let index = json.firstIndex { $0.name == name } ?? json.endIndex
    if index == json.endIndex { json.append(.init(name, .set([]))) }
    if case .set(let before) = json[index].value { json[index].value = .set(before + members) }
  }

  /// Adds each JSON option with its object as one argument.
  private mutating func addJSON() {
    for option in json { add(option.name, JSON.line(option.value)) }
    json = []
  }

  /// Adds arguments to the server's command line.
  package mutating func add(_ words: String...) {
    arguments += words.map { word in
      guard let argument = Argument(word) else {
        preconditionFailure("a value that was not checked when it was read")
      }
      return argument
    }
  }

  /// Inserts arguments at the start of the server's command line.
  package mutating func begin(with words: String...) {
    let rest = arguments
    arguments = []
    for word in words { add(word) }
    arguments += rest
  }

  /// Returns the value of a variable; nil if it is not set.
  package func value(of name: String) -> String? {
    environment.first { $0.name.text == name }?.value
  }

  /// Sets a variable that amm defines.
  package mutating func set(own name: String, _ value: String) {
    guard let name = EnvironmentVariable.Name(name) else {
      preconditionFailure("'\(name)' is not a valid variable name")
    }
    set(name, value)
  }

  /// Sets a variable, replacing one of the same name.
  package mutating func set(_ name: EnvironmentVariable.Name, _ value: String) {
    guard let variable = EnvironmentVariable(name, value) else {
      preconditionFailure("a value that was not checked when it was read")
    }
    if let place = places[name] {
      environment[place] = variable
    } else {
      places[name] = environment.count
      environment.append(variable)
    }
  }

  /// Sets a variable that amm defines.
  package mutating func set(_ name: StaticString, _ value: String) {
    guard let name = EnvironmentVariable.Name(name.description) else {
      preconditionFailure("not a valid variable name")
    }
    set(name, value)
  }
}

extension Located<Argument> {
  /// The text before the first '=', which is the option if the argument also has a value.
  var option: Substring {
    let bytes = value.text.utf8
    return value.text[..<(bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.endIndex)]
  }
}

extension Value {
  /// Returns the runtime's own word for a quantization or number format.
  func word(in field: CommonField?, of runtime: any Runtime.Type) -> Value {
    guard case .text(let text) = self else { return self }
    let use: WordUse? =
      switch field {
      case .quantization:
        Quantization(rawValue: text).map { runtime.use(of: $0, on: nil) }
      case .dtype: DataType(rawValue: text).map { runtime.use(of: $0) }
      default: nil
      }
    return if case .written(let word) = use { .text(word) } else { self }
  }

  /// The items of a list, or a single value as a list of one.
  fileprivate var items: [Value] { if case .list(let items) = self { items } else { [self] } }

  /// The form that launchers read: lists separated by commas, numbers in their shortest form.
  var launchText: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): String(integer)
    case .number(let number): number.plainText
    case .boolean(let flag): flag ? "true" : "false"
    case .null: "null"
    case .list(let items): items.map(\.launchText).joined(separator: ",")
    case .set: preconditionFailure("a section is not a launch option")
    }
  }
}
