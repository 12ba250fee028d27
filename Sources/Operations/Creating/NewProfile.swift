import Diagnostics
package import Profiles

/// A new profile for a well-known model, as a starting point.
package struct NewProfile {
  /// The name of the profile and of its file.
  package let name: String
  /// The name of the model family.
  package let base: String
  /// The model's size, such as `7b`; nil if the family has only one.
  package let size: String?
  /// The folder for the profile; nil for the family's default.
  package let category: String?
  /// The runtime's name.
  package let runtime: String
  /// The ID of another model of the family; nil for the family's default.
  package let model: String?

  package init(
    name: String, base: String, size: String?, category: String?, runtime: String, model: String?
  ) {
    self.name = name
    self.base = base
    self.size = size
    self.category = category
    self.runtime = runtime
    self.model = model
  }

  /// The runtimes that profiles can be created for, maintained ones first; the first is the
  /// default.
  package static var runtimes: [any Runtime.Type] {
    let all = Runtimes.all.filter { $0.familySource != nil }
    return all.filter { $0.unmaintainedSince == nil } + all.filter { $0.unmaintainedSince != nil }
  }

  /// Writes the file; an existing file is not overwritten.
  ///
  /// The result is checked like any other profile.
  ///
  /// - Returns: The profile's path below `profiles/` without the file extension, and the file's
  ///   path.
  /// - Throws: An ``OperationError`` if an argument is unknown or the result is not a valid
  ///   profile.
  package func write(in workspace: WorkspaceFolder) throws -> (id: String, path: String) {
    let family = try family()
    let folder = category ?? family.category
    let id = "\(folder)/\(name)"
    let relative = WorkspaceFolder.path(ofProfile: id)
    let text =
      SchemaFile.profile.comment(at: relative)
      + family.profile(named: name, category: folder, runtime: try knownRuntime(), model: model)
    let path = workspace.file(relative)
    if name.contains("/") {
      let parts = name.split(separator: "/")
      throw OperationError(
        .invalid, "'\(name)' is a name with a folder",
        help:
          "write the folder as '--category \(parts.dropLast().joined(separator: "/"))', and the name '\(parts.last ?? "")'"
      )
    }
    try workspace.requireNoProfile(id, otherwise: "choose another name, or edit the file")
    let outcome = Profile.read(SourceFile(path: path, text: text))
    workspace.machine.tell(.diagnostics(outcome.diagnostics))
    guard outcome.value != nil else { throw OperationError.told(.invalid) }
    guard folder.split(separator: "/").allSatisfy({ !$0.hasPrefix(".") }) else {
      throw OperationError(.invalid, "'\(folder)' is not a valid category")
    }
    try workspace.addProfile(text, as: id)
    return (id, path)
  }

  private func knownRuntime() throws(OperationError) -> any Runtime.Type {
    if let known = Self.runtimes.first(where: { $0.name == runtime }) { return known }
    let names = Self.runtimes.map { $0.name }
    let isOther = Runtimes.all.contains { $0.name == runtime }
    throw OperationError(
      .invalid, "amm cannot create a profile for the runtime '\(runtime)'",
      help: isOther
        ? "'amm add MODEL' writes one for any model that it serves; here, the possible runtimes are \(Phrase.allOf(names))"
        : Suggestion.help(
          for: runtime, among: names, otherwise: "the possible runtimes are \(Phrase.allOf(names))")
    )
  }

  private func family() throws(OperationError) -> ModelFamily {
    let known = ModelFamily.all.filter { $0.base == base }
    guard !known.isEmpty else {
      let words = ModelFamily.all.map(\.base)
      throw OperationError(
        .invalid, "there is no model family '\(base)'",
        help: Suggestion.help(
          for: base, among: words,
          otherwise:
            "'amm add MODEL' writes a profile for any model; here, the known families are \(Phrase.allOf(words))"
        ))
    }
    let sizes = Phrase.allOf(known.map(\.size))
    guard let size else {
      if known.count == 1 { return known[0] }
      throw OperationError(
        .invalid, "'\(base)' comes in several sizes", help: "choose one with '--size': \(sizes)")
    }
    if let family = known.first(where: { $0.size == size.lowercased() }) { return family }
    throw OperationError(
      .invalid, "amm does not know '\(base)' in size '\(size)'",
      help: known.count == 1 ? "the only size is \(sizes)" : "the known sizes are \(sizes)")
  }
}
