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

/// A server that is measured, with all that its answers may depend on.
struct ComparedServer {
  /// What reports call it.
  var name: String
  let instance: Workload
  /// `http://127.0.0.1:8080`.
  let endpoint: String
  let api: API
  private let openAI: OpenAIProtocol
  /// Tokens of prompt and answer together; nil where the profile does not say.
  let context: Int?
  /// The path of the server's numbers for Prometheus.
  let metricsPath: String?
  let configuration: Value
  /// Its model on the Hugging Face hub, whose tokenizer other programs load; nil for others.
  let hubModel: String?
  /// What it asks its clients for; nil where it asks for nothing.
  private let key: String?

  /// A server that cannot be measured, and why.
  struct Refusal: Error {
    let message: String
    let help: String
  }

  /// - Throws: `Refusal` where there is no such instance, or it does not do such tasks.
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
        help: "'amm switch \(name) PROFILE' gives it a profile; those that serve are "
          + Phrase.allOf(workspace.deployment.workloads.map(\.name.text)))
    }
    guard let profile = workspace.instance(named: name)?.active?.profile else {
      preconditionFailure("a workload without an instance")
    }
    let address = instance.exposure.address
    guard address.isWildcard || Addresses.isOfThisMachine(address.text) else {
      throw Refusal(
        message:
          "instance '\(name)' listens on \(address.text), which is no address of this machine",
        help: "amm asks this machine's servers alone; change its 'bind' in instances.yaml")
    }
    guard let openAI = instance.endpoint.openAI,
      let api = API.of(kind, writesText: openAI.writesText)
    else {
      throw Refusal(
        message: "instance '\(name)' runs on \(instance.provenance.runtime), which answers no "
          + "\(kind.rawValue) task such as '\(task)'",
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
      "api": .text(api.rawValue), "deployment": instance.value,
      "profileText": .text(text),
    ])
  }

  /// Refuses to measure what is not the server that is meant, where something answers at all.
  ///
  /// What is measured is kept under the profile's name.
  func requireMeant() throws(Refusal) {
    let port = instance.exposure.reachable
    guard let identity = instance.endpoint.identity,
      let reported = ReportedModel(
        identity, address: port.address, port: port.port, key: { key }, on: .here),
      let objection = reported.objection
    else { return }
    throw Refusal(
      message:
        "what answers on port \(port.port) \(objection); '\(instance.name.text)' is to serve "
        + "\(instance.provenance.model)",
      help:
        "'amm status' shows what runs; 'amm switch \(instance.name.text) \(instance.provenance.profile) --wait' "
        + "serves what is meant")
  }

  /// A request of a block.
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
