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
