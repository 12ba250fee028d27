package import Deployments
import Diagnostics
import Host
import Profiles
import Schema
package import Values
import Workspaces

/// Which model a server says that it serves.
package enum ReportedModel: Equatable {
  /// The one that is meant.
  case meant
  /// Others, by the names that the server gives.
  case other([String])
  /// None: no server of this kind answers like that; with what it answered.
  case stranger(String)
  /// Not told, since the server wants a key.
  case locked

  /// Bytes of an answer that are read: a list of ten thousand models has less.
  private static let limit = 4 << 20

  /// Asks the server on a port of this machine, with its key only where it asks for one.
  ///
  /// - Parameter key: Reads the key; nil where there is none.
  /// - Returns: Nil where nobody answers.
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
    // vLLM and llama.cpp want a key there when they are started with one.
    case 401, 403:
      self = .locked
      return
    default:
      self = .stranger("it answers \(identity.path) with status \(answer.status)")
      return
    }
    guard let value = JSONValue(parsing: answer.body), let names = identity.form.names(in: value)
    else {
      self = .stranger("its answer to \(identity.path) is none of such a server")
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

  /// What is wrong with what answers, said after "what answers on port 8080"; nil where nothing is.
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

extension ModelIdentity.Form {
  /// The names that an answer gives; nil for one of another form.
  package func names(in value: JSONValue) -> [String]? {
    switch self {
    case .openAI: value["data"]?.list.map { $0.compactMap { $0["id"]?.text } }
    case .member(let name): value[name]?.text.map { [$0] }
    case .ollama: value["models"]?.list.map { $0.compactMap { $0["name"]?.text } }
    }
  }
}

extension Exposure {
  /// Where programs on this machine reach it.
  package var reachable: (address: String, port: Int) {
    (address.reachable.text, host.number)
  }
}
