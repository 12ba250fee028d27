import Catalogues
import Deployments
import Diagnostics
package import Schema
package import Values
import YAML

extension Profile {
  /// Returns what an option is set to anywhere in the profile: by a common setting, in the
  /// runtime's section, among the arguments or by a variable.
  ///
  /// - Parameter name: Any name of the option.
  package func launched(_ name: String) -> Located<Value>? {
    guard let table else { return settings.own.first { $0.option.isSet(by: name) }?.value }
    guard !written.isEmpty, let place = table.catalogue.place(of: name) else { return nil }
    return written.first { $0.place == place }?.value()
  }

  /// Returns an option's value if it is a whole number.
  package func number(_ name: String) -> Located<Int>? {
    guard let value = launched(name), case .integer(let number) = value.value else { return nil }
    return Located(number, value.range)
  }

  /// Returns an option's value if it is text.
  package func word(_ name: String) -> Located<String>? {
    guard let value = launched(name), case .text(let text) = value.value else { return nil }
    return Located(text, value.range)
  }

  /// Returns an option's value if it is a boolean; nil if it is not set.
  package func flag(_ name: String) -> Located<Bool>? {
    guard let value = launched(name), case .boolean(let flag) = value.value else { return nil }
    return Located(flag, value.range)
  }

  /// Returns the members of the object that an option is set to.
  package func object(_ name: String) -> Located<[Value.Member]>? {
    guard let value = launched(name) else { return nil }
    switch value.value {
    case .set(let members): return Located(members, value.range)
    case .text(let text):
      let node = Composer.compose(json: SourceFile(path: "", text: text)).value
      guard case .set(let members)? = node?.plainData else { return nil }
      return Located(members, value.range)
    default: return nil
    }
  }
}

/// An option that a profile sets, by its place in the launcher's table.
struct WrittenOption: Sendable {
  let place: Int
  /// The option's value.
  let value: @Sendable () -> Located<Value>
}

extension WrittenOption {
  /// Returns the options of a profile: common settings first, then those of the runtime's section,
  /// arguments and variables.
  static func all(
    _ settings: Settings, _ given: [GivenOption], _ environment: Environment,
    _ runtime: any Runtime.Type, _ catalogue: Catalogue
  ) -> [WrittenOption] {
    var all: [WrittenOption] = []
    func add(_ name: String, _ value: @escaping @Sendable () -> Located<Value>) {
      if let place = catalogue.place(of: name) {
        all.append(WrittenOption(place: place, value: value))
      }
    }
    for setting in settings.common {
      guard let option = runtime.option(for: setting.field) else { continue }
      // The setting is only one key of the object.
      if case .json = option { continue }
      add(option.tableName) { setting.value }
    }
    for setting in settings.own { add(setting.option.tableName) { setting.value } }
    // The last occurrence takes effect.
    for given in given.reversed() { add(given.option?.names.first ?? given.name) { given.value } }
    for variable in environment {
      let name = variable.name.value.text
      add(name) {
        let option = catalogue.option(variable: name)
        let text = variable.item.value
        return Located(option?.value(of: text) ?? .text(text), variable.item.range)
      }
    }
    return all
  }
}

extension LaunchOption {
  /// The option's name in its launcher's table.
  var tableName: String {
    switch self {
    case .variable(let name), .argument(let name), .repeated(let name), .words(let name),
      .object(let name), .flag(let name, _), .json(let name, _), .computed(let name):
      name
    case .modelParameter(let name): "PARAMETER." + name
    case .modelInstruction(let name): "INSTRUCTION." + name
    }
  }
}

extension GivenOption {
  /// The value, as the launcher reads it.
  fileprivate var value: Located<Value> {
    guard let option else { return Located(values.first.map { .text($0.value) } ?? true, range) }
    if option.count == .none || isOff { return Located(.boolean(!isOff), range) }
    guard let first = values.first else { return Located(true, range) }
    if values.count > 1 { return Located(.list(values.map { option.value(of: $0.value) }), range) }
    return Located(option.value(of: first.value), first.range)
  }
}

extension CatalogueOption {
  /// Returns the value of an argument or a variable, as the launcher reads it.
  fileprivate func value(of word: String) -> Value {
    switch kind {
    case .integer: Int(word).map(Value.integer) ?? .text(word)
    case .size: (Int(word) ?? Size(word)?.number).map(Value.integer) ?? .text(word)
    case .number: Double(word).map(Value.number) ?? .text(word)
    case .flag: .boolean(["1", "true", "on", "yes", "enabled"].contains(word.lowercased()))
    case .text, .json: .text(word)
    }
  }
}
