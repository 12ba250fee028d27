import Diagnostics
package import Schema
package import Values

/// The settings of a profile, each with its value as plain data, collected once because most checks
/// use them.
package struct Settings: Sendable {
  /// A setting under `parameters` or `performance`.
  package struct Common: Sendable {
    package let field: CommonField
    /// The value in the profile.
    package let value: Located<Value>
  }

  /// A setting in the runtime's own section.
  package struct Own: Sendable {
    let section: String
    package let name: String
    /// The launcher's option.
    package let option: LaunchOption
    /// The value in the profile.
    package let value: Located<Value>
    /// The first version that has the option; nil if every version has it.
    package let since: Release?
    /// The first version that no longer has it; nil if none is known.
    package let until: Release?

    /// The section and the name, such as `tgi.num_shard`.
    package var key: String { section + "." + name }
  }

  /// Settings that all runtimes share.
  package let common: [Common]
  /// Settings of this runtime only.
  package let own: [Own]

  /// - Parameter section: The runtime's own section; nil if the profile has none.
  init(_ document: ProfileDocument, _ section: RuntimeSection?, of runtime: any Runtime.Type) {
    var common: [Common] = []
    common.reserveCapacity(6)
    Self.add(Parameters.fields, of: document.parameters, to: &common)
    Self.add(Performance.fields, of: document.performance, to: &common)
    self.common = common
    own = (section?.options.map { runtime.settings(in: $0) } ?? []) + (section?.others ?? [])
  }

  private static func add<Owner: Record>(
    _ table: FieldTable<Owner, Owner.Destination>, of record: Owner, to written: inout [Common]
  ) where Owner.Destination == CommonField {
    table.forEachWritten(in: record) { field, value in
      guard let common = field.destination else { return }
      written.append(Common(field: common, value: value))
    }
  }
}

extension Runtime {
  package static func settings(in options: AnyOptions) -> [Settings.Own] {
    guard let options = (options as? RuntimeOptions<Options>)?.value else { return [] }
    var written: [Settings.Own] = []
    Options.fields.forEachWritten(in: options) { field, value in
      guard let option = field.destination else { return }
      written.append(
        Settings.Own(
          section: sectionKey, name: field.key, option: option, value: value, since: field.since,
          until: field.until))
    }
    return written
  }
}

extension Profile {
  /// Returns a common setting from `parameters` or `performance`.
  package func common(_ field: CommonField) -> Located<Value>? {
    settings.common.first { $0.field == field }?.value
  }

  /// Returns a common setting that the runtime has, under the common name or the runtime's.
  func setting(_ field: CommonField) -> Located<Value>? {
    if let value = common(field) {
      return runtime.value.option(for: field) == nil ? nil : value
    }
    guard !settings.own.isEmpty, let option = runtime.value.option(for: field) else { return nil }
    return settings.own.first { $0.option == option }?.value
  }
}

extension CommonField {
  /// The section and the key, such as `parameters.num_shard`.
  package var path: String {
    let isPerformance = Performance.fields.all.contains { $0.destination == self }
    return (isPerformance ? "performance." : "parameters.") + rawValue
  }
}
