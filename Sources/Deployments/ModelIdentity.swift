/// How to query which model a server serves, and the expected name.
///
/// An answer on a port does not identify the server: another program, or the server of another
/// profile, may use that port.
package struct ModelIdentity: Sendable, Equatable {
  /// The format of the answer.
  package enum Form: Sendable, Equatable {
    /// OpenAI's list: `{"data": [{"id": NAME}, ...]}`.
    case openAI
    /// A member of a JSON object: `{"model_id": NAME}` of TGI and TEI (router/src/lib.rs, `Info`).
    case member(String)
    /// Ollama's list of its models: `{"models": [{"name": NAME}, ...]}` (server/routes.go, v0.13,
    /// `ListHandler`). A name without a tag means the tag `latest`.
    case ollama
  }

  /// The path to query.
  package let path: String
  /// The format of the answer, which also determines how names are compared.
  package let form: Form
  /// The name of the expected model, as the server reports it.
  package let name: String
  /// How to query which commit of the model is loaded.
  ///
  /// Nil if no commit is pinned, and for servers that get the commit at startup.
  package var commit: Commit?

  /// How a server reports the file that it loaded.
  ///
  /// The file's path in the hub's cache contains the commit.
  package struct Commit: Sendable, Equatable {
    /// The path to query.
    package let path: String
    /// The member of the answer that holds the file's path.
    package let member: String
    /// The expected commit.
    package let commit: String

    package init(path: String, member: String, commit: String) {
      self.path = path
      self.member = member
      self.commit = commit
    }

    /// Returns the commit of a file in the hub's cache (`…/snapshots/COMMIT/FILE`) if it differs
    /// from the expected one, else nil.
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

  /// Returns whether the names that a server reported include the expected one.
  package func isMet(by names: [String]) -> Bool {
    form == .ollama
      ? names.contains { Self.tagged($0) == Self.tagged(name) } : names.contains(name)
  }

  /// Returns a name with its tag, in lower case: `llama3.2` becomes `llama3.2:latest`, and case is
  /// ignored (types/model/name.go, v0.13, `EqualFold`).
  private static func tagged(_ name: String) -> String {
    let last = name.utf8.split(separator: UInt8(ascii: "/")).last ?? name.utf8[...]
    let tagged = last.contains(UInt8(ascii: ":")) ? name : name + ":latest"
    return tagged.lowercased()
  }
}
