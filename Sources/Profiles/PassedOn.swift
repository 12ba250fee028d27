import Catalogues
import Deployments
import Diagnostics
import Schema
import Values

/// A field of amm's own, as the author knows it.
package enum FieldPlace: Sendable {
  case common(CommonField)
  /// A field of the runtime's section.
  case own(section: String, key: String)

  /// `parameters.context_length`, `vllm.runner`.
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
      // An object of JSON has room for more than the field's key.
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

extension LaunchOption {
  fileprivate var isJSON: Bool { if case .json = self { true } else { false } }

  /// Whether a variable or an argument of a name sets the same: launchers that read variables have
  /// an option of the same name.
  fileprivate func isSet(by written: String) -> Bool {
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
    case .modelParameter, .modelInstruction: false
    }
  }
}

extension Profile {
  /// The names of the variables and options that are passed on as they stand, an option by the name
  /// that a field goes to.
  var passedOn: [(SourceRange, String)] {
    let options: [(SourceRange, String)] =
      table == nil
      ? arguments.filter { $0.option.hasPrefix("-") }.map { ($0.range, String($0.option)) }
      : given.map { given in
        let names = given.isOff ? [given.name] : given.option?.names ?? [given.name]
        return (given.range, names.first { runtime.value.field(setBy: $0) != nil } ?? given.name)
      }
    return environment.map { variable in
      let name = variable.name.value.text
      let option = table?.catalogue.options.first { $0.variable == name }
      return (
        variable.name.range,
        option?.names.first { runtime.value.field(setBy: $0) != nil } ?? name
      )
    } + options
  }

  /// The setting that is written and that a variable or an option of a name sets, too.
  func setting(setBy written: String) -> (path: String, range: SourceRange)? {
    let common = settings.common.first {
      runtime.value.option(for: $0.field)?.isSet(by: written) == true
    }
    if let common { return (common.field.path, common.value.range) }
    return settings.own.first { $0.option.isSet(by: written) }.map { ($0.key, $0.value.range) }
  }
}

extension UInt8 {
  /// A letter of a variable's name as the option of the same name has it: `A` as `a`, `_` as `-`.
  fileprivate var inOption: UInt8 {
    switch self {
    case 0x41...0x5A: self + 0x20
    case 0x5F: 0x2D
    default: self
    }
  }
}
