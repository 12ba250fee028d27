package import Deployments
package import Diagnostics
package import Schema
import Values
import YAML

/// A profile as it is written: every field that is present and readable.
package struct ProfileDocument: Record {
  package var name: Located<String>?
  package var description: Located<String>?
  package var category: Located<String>?
  package var version: Located<String>?
  package var source: Located<SourceSection>?
  package var container: Located<ContainerSection>?
  /// Known facts about the model.
  package var model = ModelSection()
  /// Settings that all runtimes share.
  package var parameters = Parameters()
  /// Request limits and batch sizes.
  package var performance = Performance()
  /// Resources that the model needs.
  package var resources = Resources()
  package var capabilities: Located<[Located<String>]>?
  package var tags: Located<[Located<String>]>?
  package var notes: Located<String>?
  package var benchmarks: Located<[Pair<String, Double>]>?
  package var environment: Located<Environment>?
  package var arguments: Located<[Located<Argument>]>?
  /// The runtimes' own sections that the file contains.
  var runtimeSections: [RuntimeSection] = []

  package init() {}

  package static let fields = FieldTable<ProfileDocument, Never>(
    [
      Field(
        "name", \.name, .profileName, required: true,
        """
        The name of the profile, and the model's name for clients; vLLM, SGLang, TGI and TEI serve \
        a model of the hub under its ID.
        """),
      Field("description", \.description, .text(), "A one-line description of the model."),
      Field("category", \.category, .tag, "The folder of the profile, such as 'coding'."),
      Field("version", \.version, .text(limit: 100), "The version of the profile, as any text."),
      Field(
        "source", \.source, section: SourceSection.self, required: true,
        "Where the model comes from."),
      Field(
        "container", \.container, section: ContainerSection.self, required: true,
        "The server that runs the model."),
      Field(section: "model", \.model, "Facts about the model, for checks that need them."),
      Field(section: "parameters", \.parameters, "How the model runs."),
      Field(section: "resources", \.resources, "Resources that the model needs on the machine."),
      Field(section: "performance", \.performance, "Request limits and batch sizes."),
    ] + Runtimes.all.map { $0.sectionField() } + [
      Field(
        "capabilities", \.capabilities, .list(of: .tag, distinct: true),
        "What the model can do, such as 'vision'."),
      Field("tags", \.tags, .list(of: .tag, distinct: true), "Keywords to find the profile."),
      Field(
        "notes", \.notes, .text("text", multiline: true, limit: 100_000),
        "Free-form notes."),
      Field(
        "benchmarks", \.benchmarks,
        .map(
          from: .tag,
          to: .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)),
        "Benchmark results, by the name of the benchmark."),
      Field(
        "environment", \.environment, .environment,
        "Variables of the server for which amm has no setting."),
      Field(
        "arguments", \.arguments, .list(of: .argument),
        "Arguments of the server for which amm has no setting."),
    ])
}

/// The section of one runtime.
package struct RuntimeSection: Sendable {
  /// The name of the runtime that the section belongs to.
  package let runtime: String
  /// The place of the section's key.
  package let range: SourceRange
  /// The YAML of the section, which is read when the profile's runtime and version are known.
  let node: Node
  /// Options that amm has fields for; nil before they are read and in a profile of another runtime.
  var options: AnyOptions?
  /// Options of the launcher that amm has no fields for.
  var others: [Settings.Own] = []
}

extension Runtime {
  /// Returns the field of a profile that holds this runtime's own options.
  package static func sectionField() -> Field<ProfileDocument, Never> {
    Field(
      sectionKey, sectionType, unit: nil, default: nil, required: false, to: nil,
      summary: "Settings of the runtime '\(name)' only.", keysBelow: { Options.fields.keys },
      set: { document, section in document.runtimeSections.append(section.value) },
      get: { document in
        document.runtimeSections.first { $0.runtime == name && $0.options != nil }
          .map { Located($0, $0.range) }
      })
  }

  private static var sectionType: ValueType<RuntimeSection> {
    ValueType(
      name: "a mapping", schema: sectionSchema,
      plain: { section in
        guard let options = (section.options as? RuntimeOptions<Options>)?.value,
          case .set(let members) = Options.fields.plain(options)
        else { return .set([]) }
        return .set(members + section.others.map { .init($0.name, $0.value.value) })
      },
      read: { node, reading in
        guard reading.mapping(node) != nil else { return nil }
        return RuntimeSection(
          runtime: name, range: reading.keyRange ?? node.range, node: node)
      })
  }
}

extension ProfileDocument {
  /// Returns the section of a setting that all runtimes share; nil for a setting of one runtime.
  package static func section(of key: String) -> String? {
    if Parameters.fields.keys.contains(key) { return "parameters" }
    return Performance.fields.keys.contains(key) ? "performance" : nil
  }
}
