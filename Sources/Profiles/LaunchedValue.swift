import Catalogues
import Deployments
import Diagnostics
package import Schema
package import Values
import YAML

extension Profile {
  /// What an option is set to, wherever the profile says so: as a common setting, in the runtime's
  /// section, among the arguments or as a variable.
  ///
  /// - Parameter name: Any name of the option.
  package func launched(_ name: String) -> Located<Value>? {
    let option = table?.catalogue[name]
    let names = option?.allNames ?? [name]
    let common = settings.common.first { setting in
      guard let option = runtime.value.option(for: setting.field) else { return false }
      return names.contains(where: option.isSet(by:))
    }
    if let common { return common.value }
    if let own = settings.own.first(where: { own in names.contains(where: own.option.isSet(by:)) })
    {
      return own.value
    }
    if let given = given.last(where: { !Set($0.option?.names ?? [$0.name]).isDisjoint(with: names) }
    ) {
      return given.value
    }
    guard let name = option?.variable,
      let variable = environment.first(where: { $0.name.value.text == name })
    else { return nil }
    return Located(
      option?.value(of: variable.item.value) ?? .text(variable.item.value), variable.item.range)
  }

  /// A whole number that an option is set to.
  package func number(_ name: String) -> Located<Int>? {
    guard let value = launched(name), case .integer(let number) = value.value else { return nil }
    return Located(number, value.range)
  }

  /// A word that an option is set to.
  package func word(_ name: String) -> Located<String>? {
    guard let value = launched(name), case .text(let text) = value.value else { return nil }
    return Located(text, value.range)
  }

  /// Whether an option is switched on; nil where it is not written.
  package func flag(_ name: String) -> Located<Bool>? {
    guard let value = launched(name), case .boolean(let flag) = value.value else { return nil }
    return Located(flag, value.range)
  }

  /// The members of an object that an option is set to.
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

extension GivenOption {
  /// Its value, as its launcher would read it.
  fileprivate var value: Located<Value> {
    guard let option else { return Located(values.first.map { .text($0.value) } ?? true, range) }
    if option.count == .none || isOff { return Located(.boolean(!isOff), range) }
    guard let first = values.first else { return Located(true, range) }
    if values.count > 1 { return Located(.list(values.map { option.value(of: $0.value) }), range) }
    return Located(option.value(of: first.value), first.range)
  }
}

extension CatalogueOption {
  /// A word of a command line or a variable, as the launcher would read it.
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
