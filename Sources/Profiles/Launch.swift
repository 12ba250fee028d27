package import Deployments
import Schema
import Values

/// How a model is started, before it is known on which instance.
package struct Launch: Sendable {
  package var environment: [EnvironmentVariable] = []
  package var arguments: [Argument] = []
  package var mounts: [Mount] = []
  /// The model that must be made on the running server; nil where it is named at launch.
  package var modelFile: ModelFile?
  /// Seconds to answer what is under way when told to stop; nil for the runtime's own.
  package var stopTimeout: Int?
  /// The name that clients use for the model.
  package var model: String

  /// A profile as its runtime starts it.
  package static func of(_ profile: Profile) -> Launch {
    launch(of: profile, on: profile.runtime.value)
  }

  private static func launch<R: Runtime>(of profile: Profile, on runtime: R.Type) -> Launch {
    var launch = Launch(model: profile.model.text)
    launch.add(Parameters.fields, of: profile.parameters) { runtime.option(for: $0) }
    launch.add(Performance.fields, of: profile.performance) { runtime.option(for: $0) }
    launch.add(R.Options.fields, of: runtime.options(of: profile)) { $0 }
    runtime.complete(&launch, for: profile)
    launch.arguments += profile.arguments.map(\.value)
    for variable in profile.environment {
      launch.set(variable.name.value, variable.item.value)
    }
    return launch
  }

  /// Puts the fields that a record has where they belong.
  private mutating func add<Owner: Record>(
    _ table: FieldTable<Owner>, of record: Owner, to place: (Owner.Destination) -> LaunchOption?
  ) {
    for field in table.all {
      guard let destination = field.destination, let option = place(destination),
        let value = field.value(record)?.value
      else { continue }
      switch option {
      case .variable(let name):
        // The absence of quantization is said by silence.
        guard value != .text(Quantization.none.rawValue),
          let name = EnvironmentVariable.Name(name)
        else { continue }
        set(name, value.launchText)
      case .modelParameter(let name):
        var file = modelFile ?? ModelFile()
        file.add(parameter: name, value)
        modelFile = file
      case .modelInstruction(let name):
        var file = modelFile ?? ModelFile()
        file.add(instruction: name, value.launchText)
        modelFile = file
      }
    }
  }

  /// Sets a variable, replacing one of the same name.
  package mutating func set(_ name: EnvironmentVariable.Name, _ value: String) {
    guard let variable = EnvironmentVariable(name, value) else {
      preconditionFailure("a value that was not checked when it was read")
    }
    environment.removeAll { $0.name == name }
    environment.append(variable)
  }

  /// Sets a variable that amm itself names.
  package mutating func set(_ name: StaticString, _ value: String) {
    guard let name = EnvironmentVariable.Name(name.description) else {
      preconditionFailure("not a variable's name")
    }
    set(name, value)
  }
}

extension Runtime {
  /// Where a common setting goes, when it goes anywhere.
  fileprivate static func option(for field: CommonField) -> LaunchOption? {
    if case .sets(let option) = use(of: field) { option } else { nil }
  }
}

extension Value {
  /// As launchers read it: lists separated by commas, numbers at their shortest.
  var launchText: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): String(integer)
    case .number(let number): number.plainText
    case .boolean(let flag): flag ? "true" : "false"
    case .list(let items): items.map(\.launchText).joined(separator: ",")
    case .set: preconditionFailure("a section is no launch option")
    }
  }
}
