import Catalogues
import Deployments
import Diagnostics
import Schema
import Values
import YAML

/// A field that amm defines, by its name in a profile.
package enum FieldPlace: Sendable {
  case common(CommonField)
  /// A field of the runtime's section.
  case own(section: String, key: String)

  /// The section of the field.
  package var section: String {
    switch self {
    case .common(let field): String(field.path.prefix { $0 != "." })
    case .own(let section, _): section
    }
  }

  /// Its key in the section.
  package var key: String {
    switch self {
    case .common(let field): field.rawValue
    case .own(_, let key): key
    }
  }

  /// Its section and key, such as `parameters.context_length` and `vllm.runner`.
  package var path: String {
    switch self {
    case .common(let field): field.path
    case .own(let section, let key): section + "." + key
    }
  }
}

extension Runtime {
  package static func field(setBy written: String) -> FieldPlace? {
    let common = CommonField.allCases.filter { field in
      // A JSON object can have more keys than the field's.
      guard let option = option(for: field), !option.isJSON else { return false }
      return option.isSet(by: written)
    }
    if let field = common.first(where: { $0 == .contextLength }) ?? common.first {
      return .common(field)
    }
    return Options.fields.all.first { $0.destination?.isSet(by: written) == true }
      .map { .own(section: sectionKey, key: $0.key) }
  }
}

extension CatalogueOption {
  /// All names of the option, and the variable that sets it.
  var allNames: [String] { names + (variable.map { [$0] } ?? []) }
}

extension LaunchOption {
  fileprivate var isJSON: Bool { if case .json = self { true } else { false } }

  /// Whether a variable or an argument with a name sets the same: launchers that read variables
  /// have an option with the corresponding name.
  func isSet(by written: String) -> Bool {
    switch self {
    case .variable(let name):
      (written.utf8.count == name.utf8.count && written == name)
        || (written.utf8.count == name.utf8.count + 2 && written.utf8.starts(with: "--".utf8)
          && zip(written.utf8.dropFirst(2), name.utf8).allSatisfy { $0 == $1.inOption })
    case .argument(let name), .repeated(let name), .words(let name), .object(let name),
      .computed(let name):
      written.utf8.count == name.utf8.count && written == name
    case .flag(let name, let off): written == name || written == off
    case .json(let name, _): written == name
    case .modelParameter(let name): written == "PARAMETER." + name
    case .modelInstruction(let name): written == "INSTRUCTION." + name
    }
  }
}

extension Profile {
  /// The variables and options that are passed on unchanged.
  var passedOn: [PassedOn] {
    let options: [PassedOn] =
      table == nil
      ? arguments.filter { $0.option.hasPrefix("-") }.map {
        PassedOn(range: $0.range, written: String($0.option), names: [String($0.option)], node: nil)
      }
      : given.map { given in
        PassedOn(
          range: given.range, written: given.name,
          names: given.isOff ? [given.name] : given.option?.names ?? [given.name], node: given.node,
          words: given.option.map { hasPlugin(for: $0) ? [] : $0.closedWords } ?? [],
          places: [given.range] + (given.isJoined ? [] : given.values.map(\.range)))
      }
    return environment.map { variable in
      let name = variable.name.value.text
      let option = table?.catalogue.option(variable: name)
      let text = variable.item.value
      let isFlag = option?.kind == .flag
      let word = isFlag && text == "1" ? "true" : isFlag && text == "0" ? "false" : text
      return PassedOn(
        range: variable.name.range, written: name, names: [name] + (option?.names ?? []),
        node: Node(.scalar(.init(text: word, isPlain: true)), variable.item.range),
        words: option?.closedWords ?? [],
        places: [SourceRange(start: variable.name.range.start, end: variable.item.range.end)])
    } + options
  }

  /// Returns the setting in the profile that is also set by something passed on.
  func setting(setBy passed: PassedOn) -> (path: String, range: SourceRange)? {
    let common = settings.common.first { setting in
      guard let option = runtime.value.option(for: setting.field) else { return false }
      return passed.names.contains(where: option.isSet(by:))
    }
    if let common { return (common.field.path, common.value.range) }
    return settings.own.first { own in passed.names.contains(where: own.option.isSet(by:)) }
      .map { ($0.key, $0.value.range) }
  }
}

extension Profile {
  /// Options that occur twice among the arguments, or there and as a variable, with the place of
  /// the second one.
  var givenTwice: [(first: GivenOption, second: SourceRange)] {
    var seen: [String: GivenOption] = [:]
    var twice: [(first: GivenOption, second: SourceRange)] = []
    for given in given {
      guard let option = given.option, ![.repeated, .joined].contains(option.count),
        // Single keys of an object, and llama.cpp's cumulative lists, may be repeated.
        option.names.contains(given.name) || given.isOff
      else { continue }
      if let first = seen[option.names[0]] {
        twice.append((first, given.range))
      } else {
        seen[option.names[0]] = given
      }
    }
    for variable in environment {
      let name = variable.name.value.text
      guard let first = seen.values.first(where: { $0.option?.variable == name }) else { continue }
      twice.append((first, variable.name.range))
    }
    return twice
  }
}

/// A variable or an option that a profile passes on unchanged.
struct PassedOn {
  let range: SourceRange
  /// Its name, as it is written.
  let written: String
  /// All its names.
  let names: [String]
  /// Its value, as YAML for a field; nil if it has none or several.
  let node: Node?
  /// The words that its launcher accepts; empty if it accepts any.
  var words: [String] = []
  /// The places of its name and its value, or of both as one word.
  var places: [SourceRange] = []

  /// Returns the fix that moves it to a field.
  func move(to field: FieldPlace, _ value: String) -> Mend? {
    places.isEmpty ? nil : .move(Mend.Move(places, to: field.section, field.key, value))
  }
}

extension GivenOption {
  /// Its value, as YAML for a field.
  fileprivate var node: Node? {
    if let option, option.count == .none || isOff {
      return Node(.scalar(.init(text: isOff ? "false" : "true", isPlain: true)), range)
    }
    guard values.count == 1 else { return nil }
    return Node(.scalar(.init(text: values[0].value, isPlain: true)), values[0].range)
  }
}

extension UInt8 {
  /// The byte in the corresponding option's name: `a` for `A`, `-` for `_`.
  fileprivate var inOption: UInt8 {
    switch self {
    case 0x41...0x5A: self + 0x20
    case 0x5F: 0x2D
    default: self
    }
  }
}

extension [String] {
  /// Returns the first result for one of these names that is not nil.
  ///
  /// For a few names, this is faster than a lazy sequence.
  func firstValue<Value>(_ value: (String) -> Value?) -> Value? {
    for name in self {
      if let value = value(name) { return value }
    }
    return nil
  }
}
