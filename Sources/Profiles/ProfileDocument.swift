package import Deployments
package import Diagnostics
package import Schema
import Values
import YAML

/// A profile as its author wrote it: every field that was there and readable.
package struct ProfileDocument: Record {
  package var name: Located<String>?
  package var description: Located<String>?
  package var category: Located<String>?
  package var version: Located<String>?
  package var source: Located<SourceSection>?
  package var container: Located<ContainerSection>?
  /// What is known of the model.
  package var model = ModelSection()
  /// What holds whichever runtime serves it.
  package var parameters = Parameters()
  /// Limits and sizes of batches.
  package var performance = Performance()
  /// What it asks of the machine.
  package var resources = Resources()
  package var capabilities: Located<[Located<String>]>?
  package var tags: Located<[Located<String>]>?
  package var notes: Located<String>?
  package var benchmarks: Located<[Pair<String, Double>]>?
  package var environment: Located<Environment>?
  package var arguments: Located<[Located<Argument>]>?
  /// The runtimes' own sections that were written, by runtime.
  var runtimeSections: [RuntimeSection] = []

  package init() {}

  package static let fields = FieldTable<ProfileDocument, Never>(
    [
      Field(
        "name", \.name, .profileName, required: true,
        "The model's name, which Ollama and OpenAI clients also know it by."),
      Field("description", \.description, .text(), "What the model is, on one line."),
      Field("category", \.category, .tag, "The folder it belongs to, such as 'coding'."),
      Field("version", \.version, .text(limit: 100), "The version of the profile, any text."),
      Field(
        "source", \.source, section: SourceSection.self, required: true,
        "Where the model comes from."),
      Field(
        "container", \.container, section: ContainerSection.self, required: true,
        "What serves the model."),
      Field(section: "model", \.model, "What is known of the model, for checks that need it."),
      Field(section: "parameters", \.parameters, "How the model is run."),
      Field(section: "resources", \.resources, "What the model needs of the machine."),
      Field(section: "performance", \.performance, "How many requests are served at once."),
    ] + Runtimes.all.map { $0.sectionField() } + [
      Field(
        "capabilities", \.capabilities, .list(of: .tag, distinct: true),
        "What the model can do, such as 'vision'."),
      Field("tags", \.tags, .list(of: .tag, distinct: true), "Words to find the profile by."),
      Field(
        "notes", \.notes, .text("text", multiline: true, limit: 100_000),
        "Anything worth remembering."),
      Field(
        "benchmarks", \.benchmarks,
        .map(
          from: .tag,
          to: .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)),
        "Results by the name of the benchmark."),
      Field(
        "environment", \.environment, .environment,
        "Extra variables for the server, for what amm has no field for."),
      Field(
        "arguments", \.arguments, .list(of: .argument),
        "Extra arguments for the server, for what amm has no field for."),
    ])
}

/// A runtime's own section, whatever its type.
package struct RuntimeSection: Sendable {
  /// The name of the runtime that the section belongs to.
  package let runtime: String
  /// Where the section's key stands.
  package let range: SourceRange
  /// As it is written: it is read once the profile's runtime and release are known.
  let node: Node
  /// What amm has fields for; nil before it is read, and in a profile of another runtime.
  var options: AnyOptions?
  /// Options of the launcher that amm has no fields for.
  var others: [Settings.Own] = []
}

extension Runtime {
  /// The field of a profile that holds this runtime's own options.
  package static func sectionField() -> Field<ProfileDocument, Never> {
    Field(
      sectionKey, sectionType, unit: nil, default: nil, required: false, to: nil,
      summary: "What only \(name) has.", keysBelow: { Options.fields.keys },
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
  /// The section in which every runtime has a setting of a name; nil for a setting of one runtime alone.
  package static func section(of key: String) -> String? {
    if Parameters.fields.keys.contains(key) { return "parameters" }
    return Performance.fields.keys.contains(key) ? "performance" : nil
  }
}
