import CommandSupport
import Comparison
import Deployments
import Diagnostics
import Host
import Operations
import Profiles
import Reports
import Schema
import Values
import Workspaces

/// A server to measure, with the configuration that its answers may depend on.
struct ComparedServer {
  /// The name in reports.
  var name: String
  let instance: Workload
  /// `http://127.0.0.1:8080`.
  let endpoint: String
  let api: API
  private let openAI: OpenAIProtocol
  /// The largest number of tokens in prompt and answer; nil if the profile does not set it.
  let context: Int?
  /// The path of the server's metrics for Prometheus.
  let metricsPath: String?
  let configuration: Value
  /// The id of its model on the Hugging Face hub, from which other programs load the tokenizer; nil
  /// for other sources.
  let hubModel: String?
  /// The server's API key; nil if it needs none.
  private let key: String?

  /// The reason why a server cannot be measured.
  struct Refusal: Error {
    let message: String
    let help: String
  }

  /// - Throws: `Refusal` if there is no such instance, or if it does not support the kind of task.
  init(
    _ name: String, in workspace: Workspace, kind: TaskDocument.Kind,
    task: String, amm: String
  ) throws(Refusal) {
    guard let instance = workspace.deployment.workload(named: name) else {
      let known = workspace.instances.map(\.name.value.text)
      guard known.contains(name) else {
        throw Refusal(
          message: "there is no instance '\(name)'",
          help: Suggestion.help(
            for: name, among: known, otherwise: "the instances are \(Phrase.allOf(known))"))
      }
      throw Refusal(
        message: "instance '\(name)' serves nothing",
        help: "'amm switch \(name) PROFILE' selects a profile; these instances serve a model: "
          + Phrase.allOf(workspace.deployment.workloads.map(\.name.text)))
    }
    guard let profile = workspace.instance(named: name)?.active?.profile else {
      preconditionFailure("a workload without an instance")
    }
    let address = instance.exposure.address
    guard address.isWildcard || Addresses.isOfThisMachine(address.text) else {
      throw Refusal(
        message:
          "instance '\(name)' listens on \(address.text), which is not an address of this machine",
        help: "amm measures only servers on this machine; change its 'bind' in instances.yaml")
    }
    guard let openAI = instance.endpoint.openAI,
      let api = API.of(kind, writesText: openAI.writesText)
    else {
      throw Refusal(
        message: "instance '\(name)' runs \(instance.provenance.runtime), which does not support "
          + "\(kind.rawValue) tasks such as '\(task)'",
        help: profile.runtime.value.openAIHelp
          ?? "choose another task with '--task'")
    }
    self.name = name
    self.instance = instance
    key = Machine.here.key(of: instance)
    endpoint = instance.url
    self.api = api
    self.openAI = openAI
    context =
      (profile.parameters.contextLength ?? profile.parameters.maxTotalTokens
      ?? profile.facts.contextLength)?.value
    metricsPath = instance.endpoint.metrics
    if case .huggingFace(let id, _) = profile.model { hubModel = id.value } else { hubModel = nil }
    let text = String(decoding: profile.source.bytes, as: UTF8.self)
    configuration = .set([
      "instance": .text(name), "profile": .text(instance.provenance.profile),
      "profileHash": .text(SHA256.digest(of: text)), "amm": .text(amm),
      "api": .text(api.rawValue), "deployment": instance.value(at: instance.url),
      "profileText": .text(text),
    ])
  }

  /// Checks that the program that answers on the port, if there is one, is the configured server.
  ///
  /// The results are recorded under the profile's name.
  func requireMeant() throws(Refusal) {
    let port = instance.exposure.reachable
    guard let identity = instance.endpoint.identity,
      let reported = ReportedModel(
        identity, address: port.address, port: port.port, key: { key }, on: .here),
      let objection = reported.objection
    else { return }
    throw Refusal(
      message:
        "the program on port \(port.port) \(objection), but '\(instance.name.text)' is configured "
        + "to serve \(instance.provenance.model)",
      help:
        "'amm status' shows what runs; 'amm switch \(instance.name.text) \(instance.provenance.profile) --wait' "
        + "starts the configured model")
  }

  /// Returns a request of a block.
  func request(
    _ question: Question, side: Int, block: Int, item: ModelTask.Item?, _ condition: Condition,
    of task: ModelTask, maxTokens: Int? = nil
  ) -> ServerRequest {
    var sampling = task.sampling
    if let maxTokens { sampling.maxTokens = maxTokens }
    let body = api.body(
      question, model: instance.provenance.model, sampling: sampling,
      takesIgnoreEOS: openAI.takesIgnoreEOS,
      takesCachePrompt: openAI.takesCachePrompt)
    let isCloser = if case .closer? = item?.scoring { true } else { false }
    return ServerRequest(
      side: side, block: block, item: item?.id, condition: condition, url: endpoint + api.path,
      api: api, body: JSON.line(body), limits: task.limits, isCloser: isCloser, key: key)
  }
}
