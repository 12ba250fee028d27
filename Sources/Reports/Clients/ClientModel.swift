package import Deployments
import Diagnostics

/// A model as a client program reaches it.
package struct ClientModel {
  /// The instance, with a number for a further model of its server.
  package let instance: String
  /// The name that requests use for the model.
  let model: String
  /// The address without a path: `http://127.0.0.1:8001`.
  let address: String
  /// Whether it is a server of TEI, whose protocol for ranking is its own.
  let isTEI: Bool
  /// What the model is used for.
  package let task: ServedTask
  /// The tokens of prompt and answer, or nil if that is not known.
  package let context: Int?
  /// Where the key is kept, or nil if the server requires none.
  package let key: SecretReference?
  /// The instance or companion that requires the key.
  package let keyOwner: String

  /// Returns the models of an instance's server; none if it does not have OpenAI's protocol, which
  /// clients use.
  ///
  /// - Parameter address: The server's address for clients.
  package static func all(of workload: Workload, at address: String) -> [ClientModel] {
    guard workload.endpoint.openAI != nil || workload.provenance.task == .rank else { return [] }
    return workload.provenance.models.enumerated().map { index, model in
      ClientModel(
        instance: index == 0 ? workload.name.text : "\(workload.name.text)-\(index + 1)",
        model: model.name, address: address, isTEI: workload.provenance.runtime == "tei",
        task: model.task, context: model.context,
        key: workload.key, keyOwner: workload.name.text)
    }
  }

  /// Describes the same model behind a program that leads to it, which knows it by the name of its
  /// instance.
  ///
  /// - Parameter address: The program's address for clients.
  package func behind(
    _ router: Companion, _ route: Companion.Route, at address: String
  ) -> ClientModel {
    let (key, owner): (SecretReference?, String) =
      switch route {
      case .keyOfServer: (self.key, keyOwner)
      case .ownKey(let key): (key, router.name.text)
      }
    return ClientModel(
      instance: instance, model: instance, address: address, isTEI: false, task: task,
      context: context, key: key, keyOwner: owner)
  }

  private init(
    instance: String, model: String, address: String, isTEI: Bool, task: ServedTask, context: Int?,
    key: SecretReference?, keyOwner: String
  ) {
    self.instance = instance
    self.model = model
    self.address = address
    self.isTEI = isTEI
    self.task = task
    self.context = context
    self.key = key
    self.keyOwner = keyOwner
  }

  /// The base address of OpenAI's protocol.
  var base: String { address + "/v1" }
  /// The identifier in a client's configuration: `amm-chat`.
  package var identifier: String {
    "amm-" + instance.lowercased().map { $0 == "_" ? "-" : String($0) }.joined()
  }
  /// The variable in which the user puts the key: `AMM_CHAT_API_KEY`.
  package var keyVariable: String {
    identifier.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() + "_API_KEY"
  }
  /// The tokens that an answer may have, if the context is known.
  var answerTokens: Int? { context.map { max(1, min(4096, $0 / 4)) } }
}
