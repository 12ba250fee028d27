import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Values

/// A profile of a runtime with its fields' outermost values, so far as they are accepted alone.
struct ExtremeSubject {
  let runtime: String
  let base: Value
  let fields: [Field]

  /// A field with the outermost of the values that its reader takes.
  struct Field {
    let path: [String]
    let values: [Value]

    var name: String { path.joined(separator: ".") }
  }

  private static let profileLeaves = ExtremeValues.leaves(of: ProfileDocument.jsonSchema)

  /// What must be there, for each kind of source that a runtime has.
  private static func bases(of runtime: any Runtime.Type) -> [Value] {
    let name = runtime.name
    let needsImage = runtime.needsImage
    let readsFiles = [LlamaCpp.name, Ollama.name].contains(name)
    return runtime.sources.map { source in
      let model: Value =
        switch source {
        case .huggingface: .set(["type": "huggingface", "model_id": "org/model"])
        case .ollama: .set(["type": "ollama", "model_id": "llama3.2:3b"])
        case .local:
          // A file for those that read GGUF, a folder for the others.
          .set(["type": "local", "path": .text(readsFiles ? "~/models/m.gguf" : "~/models/m")])
        }
      let image: [Value.Member] =
        needsImage ? [.init("image", "example.org/server:1")] : []
      let base: Value = .set([
        "name": "extreme", "source": model,
        "container": .set([.init("runtime", .text(name))] + image),
      ])
      return name == TextEmbeddingsInference.name
        ? base.setting(["capabilities"], to: .texts(["embedding"])) : base
    }
  }

  /// The keys of a section: amm's own, and one for each form that the launcher's options have.
  private static func keys(of runtime: any Runtime.Type) -> [String] {
    let own = ProfileDocument.fields.all.first { $0.key == runtime.sectionKey }?.keysBelow() ?? []
    let release = Processor.allCases.compactMap { runtime.image(for: $0)?.tag }.first
      .flatMap(Release.init(tag:))
    guard let release, let catalogue = Catalogue.of(runtime.name, release) else { return own }
    var forms: [String: String] = [:]
    for option in catalogue.options.reversed()
    where isSimple(option) && !option.names.contains(where: runtime.reserved.contains) {
      forms["\(option.kind) \(option.count) \(option.choices.isEmpty)"] = String(
        option.names[0].drop { $0 == "-" }.map { $0 == "-" ? "_" : $0 })
    }
    return own + forms.values
  }

  /// Whether an option's schema is a type alone.
  private static func isSimple(_ option: CatalogueOption) -> Bool {
    [.none, .one].contains(option.count) && option.choices.isEmpty && option.kind != .size
  }

  private static func subject(_ name: String, _ section: String, _ base: Value) -> ExtremeSubject {
    let others = Set(Runtimes.all.map { $0.sectionKey }).subtracting([section])
    let known = Set(Runtimes.named(name).map(keys) ?? [])
    let leaves = profileLeaves.filter { leaf in
      (leaf.path[0] != section || leaf.path.count < 2 || known.contains(leaf.path[1]))
        && !others.contains(leaf.path[0]) && leaf.path != ["container", "runtime"]
        && leaf.path != ["source", "type"]
    }
    return ExtremeSubject(
      runtime: name, base: base, fields: leaves.map { taken($0, of: name, base) })
  }

  /// What a field's reader takes; what checks say of it does not matter here.
  private static func taken(_ leaf: ExtremeValues.Leaf, of name: String, _ base: Value) -> Field {
    let type = leaf.type
    if let values = takenByType[type] { return Field(path: leaf.path, values: values) }
    let taken = ExtremeValues.values(of: leaf.schema).filter { value in
      let text = JSON.line(base.setting(leaf.path, to: value)) + "\n"
      CaseOfDeath.enter("\(name): \(leaf.name): \(text.prefix(300))")
      let diagnostics = Profile.read(SourceFile(path: "p.yaml", text: text)).diagnostics
      return !diagnostics.contains { SchemaRules.all.contains($0.rule) }
    }
    let values = outermost(of: taken)
    takenByType[type] = values
    return Field(path: leaf.path, values: values)
  }

  /// The shortest, one between, and the longest: forms differ in which types take them.
  static func outermost(of values: [Value]) -> [Value] {
    let sorted = values.map { ($0.length, $0) }.sorted { $0.0 < $1.0 }
    guard sorted.count > 3 else { return values }
    return [sorted[0].1, sorted[sorted.count / 2].1, sorted[sorted.count - 1].1]
  }

  nonisolated(unsafe) private static var takenByType: [String: [Value]] = [:]

  /// One for each kind of source of each runtime.
  static let all: [ExtremeSubject] = {
    var subjects: [ExtremeSubject] = []
    for runtime in Runtimes.all {
      for base in bases(of: runtime) {
        subjects.append(subject(runtime.name, runtime.sectionKey, base))
      }
    }
    return subjects
  }()
}
