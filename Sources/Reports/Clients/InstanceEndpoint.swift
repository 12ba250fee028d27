package import Deployments
import Diagnostics
package import Operations
import Text
package import Values

/// The address of an instance, with its model and key.
package struct InstanceEndpoint {
  /// The instance's name.
  package let instance: String
  let profile: String
  let runtime: String
  /// The name that requests use for the model.
  let model: String
  /// The names of all models of the server.
  let models: [String]
  /// The address for containers in the servers' network.
  let networkURL: String
  let url: String
  /// The base URL of the OpenAI protocol; nil if the server does not support it.
  let openAI: String?
  /// Where the key that clients must send is stored; nil if the server requires none.
  let key: SecretReference?
  /// The URL that answers once the model is loaded; nil if none is known.
  let health: String?

  /// - Parameter url: The address of the server for its clients.
  package init(_ workload: Workload, at url: String) {
    instance = workload.name.text
    profile = workload.provenance.profile
    runtime = workload.provenance.runtime
    model = workload.provenance.model
    models = workload.provenance.models.map(\.name)
    networkURL = "http://\(workload.name.text):\(workload.exposure.container.number)"
    self.url = url
    openAI = workload.endpoint.openAI == nil ? nil : url + "/v1"
    health = workload.endpoint.health.map { url + $0 }
    key = workload.key
  }

  /// The JSON of 'amm endpoints --json'.
  package var value: Value {
    .set([
      "instance": .text(instance), "profile": .text(profile), "runtime": .text(runtime),
      "model": .text(model), "models": .texts(models), "url": .text(url),
      "network_url": .text(networkURL), "openai_url": openAI.map(Value.text),
      "health_url": health.map(Value.text), "key": key.map(\.reference),
    ])
  }

  /// The name of the engine's secret; nil if the key is in a file, or there is no key.
  fileprivate var keySecret: String? {
    if case .stored(let name, _)? = key?.source { name.text } else { nil }
  }

  /// The file of variables; nil if the engine stores the key, or there is no key.
  fileprivate var keyFile: String? {
    if case .environmentFile(let path)? = key?.source { path.text } else { nil }
  }

  /// The place of the key as text; empty if the server requires none.
  fileprivate var keyInWords: String {
    keySecret.map { "key: secret \($0)" } ?? keyFile.map { "key: file \($0)" } ?? ""
  }

  /// The prefix of the instance's variables: `AMM_MAIN`.
  fileprivate var variable: String {
    "AMM_"
      + instance.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }
      .joined()
  }
}

extension [InstanceEndpoint] {
  /// Returns the one of an instance.
  ///
  /// - Throws: If none of them is its.
  package func only(_ instance: String) throws(OperationError) -> [InstanceEndpoint] {
    let found = filter { $0.instance == instance }
    guard found.isEmpty else { return found }
    let names = map(\.instance)
    throw OperationError(
      .invalid, "no instance '\(instance)' serves a model",
      help: Suggestion.help(
        for: instance, among: names,
        otherwise: "the instances that do are \(Phrase.allOf(names))"))
  }

  /// Returns a table for people.
  package func shown(in layout: Layout) -> Shown {
    var table = Table()
    for endpoint in self {
      table.add(
        endpoint.instance, endpoint.openAI ?? endpoint.url, endpoint.models.joined(separator: ", "),
        endpoint.keyInWords)
    }
    let lines = table.lines(within: layout.columns) { $0 == 0 ? layout.style.bold($1) : $1 }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Returns variables for a shell, one per line.
  ///
  /// - Throws: If two instances have the same variables.
  package func variables() throws(OperationError) -> Shown {
    for (index, endpoint) in enumerated() {
      if let other = self[..<index].first(where: { $0.variable == endpoint.variable }) {
        throw OperationError(
          .invalid,
          "the variables of '\(other.instance)' and '\(endpoint.instance)' have the same names",
          help: "rename one of the two instances, or use '--json'")
      }
    }
    return map(\.variables).joined()
  }
}

extension InstanceEndpoint {
  fileprivate var variables: Shown {
    var out: Shown = ""
    for (name, value) in [
      ("URL", url), ("OPENAI_URL", openAI), ("MODEL", model), ("KEY_SECRET", keySecret),
      ("KEY_FILE", keyFile),
    ] {
      if let value { out += "\(variable)_\(name)=\(value.shellWord)\n" }
    }
    return out
  }
}
