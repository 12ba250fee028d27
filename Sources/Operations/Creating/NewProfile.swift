import Diagnostics
package import Profiles

/// A profile of a well-known model, to be edited.
package struct NewProfile {
  /// The profile's name, and its file's.
  package let name: String
  /// The model family's word.
  package let base: String
  /// The family's size, such as `7b`; nil where there is but one.
  package let size: String?
  /// The folder that it goes to; nil for the family's own.
  package let category: String?
  /// The runtime's name.
  package let runtime: String
  /// Another model of the family, by its id; nil for the family's own.
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

  /// The runtimes that profiles are made for, those that are maintained first; the first of all without a word.
  package static var runtimes: [any Runtime.Type] {
    let all = Runtimes.all.filter { $0.familySource != nil }
    return all.filter { $0.unmaintainedSince == nil } + all.filter { $0.unmaintainedSince != nil }
  }

  /// Writes the file; one that is there is not overwritten.
  ///
  /// What the words of the command line made of it is checked like any profile.
  ///
  /// - Returns: The profile's path below `profiles/`, without its ending, and the file's.
  /// - Throws: An ``OperationError`` where words name nothing or make no profile.
  package func write(in workspace: WorkspaceFolder) throws -> (id: String, path: String) {
    let family = try family()
    let folder = category ?? family.category
    let id = "\(folder)/\(name)"
    let relative = WorkspaceFolder.path(ofProfile: id)
    let text =
      SchemaFile.profile.comment(at: relative)
      + family.profile(named: name, category: folder, runtime: try knownRuntime(), model: model)
    let path = workspace.file(relative)
    try workspace.requireNoProfile(id)
    let outcome = Profile.read(SourceFile(path: path, text: text))
    workspace.machine.tell(.diagnostics(outcome.diagnostics))
    guard outcome.value != nil else { throw OperationError.told(.invalid) }
    guard folder.split(separator: "/").allSatisfy({ !$0.hasPrefix(".") }) else {
      throw OperationError(.invalid, "'\(folder)' cannot be a category")
    }
    try workspace.addProfile(text, as: id)
    return (id, path)
  }

  private func knownRuntime() throws(OperationError) -> any Runtime.Type {
    if let known = Self.runtimes.first(where: { $0.name == runtime }) { return known }
    let names = Self.runtimes.map { $0.name }
    throw OperationError(
      .invalid, "no profile is made for the runtime '\(runtime)'",
      help: Suggestion.help(
        for: runtime, among: names, otherwise: "profiles are made for \(Phrase.allOf(names))"))
  }

  private func family() throws(OperationError) -> ModelFamily {
    let known = ModelFamily.all.filter { $0.base == base }
    guard !known.isEmpty else {
      let words = ModelFamily.all.map(\.base)
      throw OperationError(
        .invalid, "there is no family '\(base)'",
        help: Suggestion.help(
          for: base, among: words, otherwise: "the known ones are \(Phrase.allOf(words))"))
    }
    let sizes = Phrase.allOf(known.map(\.size))
    guard let size else {
      if known.count == 1 { return known[0] }
      throw OperationError(
        .invalid, "'\(base)' comes in several sizes", help: "choose by '--size': \(sizes)")
    }
    if let family = known.first(where: { $0.size == size.lowercased() }) { return family }
    throw OperationError(
      .invalid, "amm knows no '\(base)' in '\(size)'", help: "it knows \(sizes)")
  }
}
