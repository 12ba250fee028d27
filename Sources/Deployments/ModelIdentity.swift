/// How a server is asked which model it serves, and by which names the right one goes.
///
/// That something answers on a port says nothing of what it is: another program, or the server of
/// another profile, may have the port.
package struct ModelIdentity: Sendable, Equatable {
  /// How the answer names models.
  package enum Form: Sendable, Equatable {
    /// OpenAI's list: `{"data": [{"id": NAME}, ...]}`.
    case openAI
    /// One member of an object: `{"model_id": NAME}` of TGI and TEI (router/src/lib.rs, `Info`).
    case member(String)
    /// Ollama's list of what it has: `{"models": [{"name": NAME}, ...]}` (server/routes.go, v0.13,
    /// `ListHandler`). A name without a tag stands for its `latest`.
    case ollama
  }

  /// The path that is asked.
  package let path: String
  /// How names of the model are compared.
  package let form: Form
  /// The name of the model that is meant, as the server gives it.
  package let name: String
  /// How it is asked which commit of the model it loaded; nil where one is not pinned, and for servers that
  /// were told it when they were started.
  package var commit: Commit?

  /// Where a server says which file it loaded, whose path in the hub's cache names a commit.
  package struct Commit: Sendable, Equatable {
    /// The path that is asked.
    package let path: String
    /// The member of its answer that is the file's path.
    package let member: String
    /// The commit that is meant.
    package let commit: String

    package init(path: String, member: String, commit: String) {
      self.path = path
      self.member = member
      self.commit = commit
    }

    /// The commit of a file in the hub's cache (`…/snapshots/COMMIT/FILE`), where it is another one.
    package func other(in file: String) -> String? {
      let parts = file.split(separator: "/")
      guard let place = parts.lastIndex(of: "snapshots"), place + 1 < parts.count else {
        return nil
      }
      let found = String(parts[place + 1])
      return found == commit ? nil : found
    }
  }

  package init(path: String, form: Form, name: String) {
    self.path = path
    self.form = form
    self.name = name
  }

  /// Whether one of the names that a server gave is the one that is meant.
  package func isMet(by names: [String]) -> Bool {
    form == .ollama
      ? names.contains { Self.tagged($0) == Self.tagged(name) } : names.contains(name)
  }

  /// `llama3.2` is `llama3.2:latest`; names are compared without regard to case
  /// (types/model/name.go, v0.13, `EqualFold`).
  private static func tagged(_ name: String) -> String {
    let last = name.utf8.split(separator: UInt8(ascii: "/")).last ?? name.utf8[...]
    let tagged = last.contains(UInt8(ascii: ":")) ? name : name + ":latest"
    return tagged.lowercased()
  }
}
