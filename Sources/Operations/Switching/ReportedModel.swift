package import Deployments
import Diagnostics
import Host
import Profiles
import Schema
package import Values
import Workspaces

/// The model that a server reports.
package enum ReportedModel: Equatable {
  /// The intended model.
  case meant
  /// Other models, by the names that the server reports.
  case other([String])
  /// No model, because the answer has another form; with a description of the answer.
  case stranger(String)
  /// Not reported, because the server requires a key.
  case locked

  /// The bytes that are read of an answer; a list of ten thousand models is smaller.
  private static let limit = 4 << 20

  /// Queries the server on a port of this machine; only sends its key if the server requires one.
  ///
  /// - Parameter key: Reads the key; nil if there is none.
  /// - Returns: Nil if there is no answer.
  package init?(
    _ identity: ModelIdentity, address: String, port: Int, key: () -> String?, on machine: Machine
  ) {
    let ask = { machine.network.get(address, port, identity.path, Self.limit, $0) }
    guard var answer = ask(nil) else { return nil }
    if [401, 403].contains(answer.status), let key = key(), let opened = ask(key) {
      answer = opened
    }
    switch answer.status {
    case 200: break
    // vLLM and llama.cpp require a key here if they are started with one.
    case 401, 403:
      self = .locked
      return
    default:
      self = .stranger("it answers \(identity.path) with status \(answer.status)")
      return
    }
    guard let value = JSONValue(parsing: answer.body), let names = identity.form.names(in: value)
    else {
      self = .stranger(identity.otherForm)
      return
    }
    self = identity.isMet(by: names) ? .meant : .other(names)
    guard self == .meant, let commit = identity.commit else { return }
    var details = machine.network.get(address, port, commit.path, Self.limit, nil)
    if let status = details?.status, [401, 403].contains(status), let key = key() {
      details = machine.network.get(address, port, commit.path, Self.limit, key)
    }
    guard let details, details.status == 200,
      let file = JSONValue(parsing: details.body)?[commit.member]?.text,
      let other = commit.other(in: file)
    else { return }
    self = .other([
      "\(identity.name) at commit \(other.prefix(12)), not \(commit.commit.prefix(12))"
    ])
  }

  var isStranger: Bool { if case .stranger = self { true } else { false } }

  /// The problem with the answer, as a phrase after "the server on port 8080"; nil if there is
  /// none.
  package var objection: String? {
    switch self {
    case .meant, .locked: nil
    case .other(let names) where names.isEmpty: "serves no model"
    case .other(let names):
      "serves "
        + (names.count <= 3
          ? Phrase.allOf(names) : "\(names.prefix(3).joined(separator: ", ")) and more")
    case .stranger(let reason): "is another program: \(reason)"
    }
  }
}

extension ModelIdentity {
  /// A description of an answer that has another form.
  fileprivate var otherForm: String {
    switch form {
    case .openAI: "it does not answer \(path) with OpenAI's list of models"
    case .member(let name): "its answer to \(path) has no '\(name)'"
    case .ollama: "it does not answer \(path) as Ollama does"
    }
  }
}

extension ModelIdentity.Form {
  /// Returns the model names in an answer; nil if it has another form.
  package func names(in value: JSONValue) -> [String]? {
    switch self {
    case .openAI:
      // llama.cpp lists all names of a model as its aliases.
      value["data"]?.list.map { models in
        models.flatMap { model -> [String] in
          let id = model["id"]?.text
          return [id].compactMap { $0 }
            + (model["aliases"]?.list ?? []).compactMap(\.text).filter { $0 != id }
        }
      }
    case .member(let name): value[name]?.text.map { [$0] }
    case .ollama: value["models"]?.list.map { $0.compactMap { $0["name"]?.text } }
    }
  }
}

extension Exposure {
  /// The address and port for programs on this machine.
  package var reachable: (address: String, port: Int) {
    (address.reachable.text, host.number)
  }
}
