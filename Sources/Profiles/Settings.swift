import Diagnostics
package import Schema
package import Values

/// The settings that a profile has, each with its value as plain data: found once, because most
/// checks ask for them.
package struct Settings: Sendable {
  /// One under `parameters` or `performance`.
  package struct Common: Sendable {
    package let field: CommonField
    /// What the profile says.
    package let value: Located<Value>
  }

  /// One of the runtime's own section.
  package struct Own: Sendable {
    let section: String
    package let name: String
    /// The launcher's option.
    package let option: LaunchOption
    /// What the profile says.
    package let value: Located<Value>
    /// The first release that has the option; nil for every one.
    package let since: Release?
    /// The first release that has it no more; nil where none is known.
    package let until: Release?

    /// As the author knows it: `tgi.num_shard`.
    package var key: String { section + "." + name }
  }

  /// Settings that every runtime knows by one name.
  package let common: [Common]
  /// Settings of this runtime alone.
  package let own: [Own]

  /// - Parameter section: The runtime's own section; nil where none is written.
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
  /// A common setting as it is written under `parameters` or `performance`.
  package func common(_ field: CommonField) -> Located<Value>? {
    settings.common.first { $0.field == field }?.value
  }

  /// A common setting that the runtime has, under its own name or under the runtime's.
  func setting(_ field: CommonField) -> Located<Value>? {
    if let value = common(field) {
      return runtime.value.option(for: field) == nil ? nil : value
    }
    guard !settings.own.isEmpty, let option = runtime.value.option(for: field) else { return nil }
    return settings.own.first { $0.option == option }?.value
  }
}

extension CommonField {
  /// As the author knows it: `parameters.num_shard`.
  package var path: String {
    let isPerformance = Performance.fields.all.contains { $0.destination == self }
    return (isPerformance ? "performance." : "parameters.") + rawValue
  }
}
