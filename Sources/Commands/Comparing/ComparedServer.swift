import Comparison
import Deployments
import Diagnostics
import Host
import Profiles
import Rendering
import Schema
import Values
import Workspaces

/// A server that is measured, with all that its answers may depend on.
struct ComparedServer {
  /// What reports call it.
  var name: String
  let instance: Deployment.Instance
  /// `http://127.0.0.1:8080`.
  let endpoint: String
  let api: API
  private let openAI: OpenAIProtocol
  /// Tokens of prompt and answer together; nil where the profile does not say.
  let context: Int?
  /// The path of the server's numbers for Prometheus.
  let metricsPath: String?
  let configuration: Value
  /// How it is asked which model it serves; nil where it tells none.
  private let identity: ModelIdentity?
  /// Its model on the Hugging Face hub, whose tokenizer other programs load; nil for others.
  let hubModel: String?

  /// A server that cannot be measured, and why.
  struct Refusal: Error {
    let message: String
    let help: String
  }

  /// - Throws: `Refusal` where there is no such instance, or it does not do such tasks.
  init(
    _ name: String, in workspace: Workspace, _ plan: Deployment, kind: TaskDocument.Kind,
    task: String, amm: String
  ) throws(Refusal) {
    let names = plan.instances.map(\.name.text)
    guard let instance = plan.instances.first(where: { $0.name.text == name }) else {
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
          + Phrase.allOf(names))
    }
    guard let endpoint = instance.endpoint,
      let profile = workspace.instance(named: name)?.active?
        .profile
    else {
      throw Refusal(
        message: "instance '\(name)' publishes no port", help: "give it a 'port' in instances.yaml")
    }
    if let address = instance.server.port?.address, !address.isWildcard,
      !Addresses.isOfThisMachine(address.text)
    {
      throw Refusal(
        message:
          "instance '\(name)' listens on \(address.text), which is no address of this machine",
        help: "amm asks this machine's servers alone; change its 'bind' in instances.yaml")
    }
    let service = profile.runtime.value.service(of: profile)
    guard let openAI = service.openAI, let api = API.of(kind, writesText: openAI.writesText) else {
      throw Refusal(
        message: "instance '\(name)' runs on \(instance.runtime), which answers no "
          + "\(kind.rawValue) task such as '\(task)'",
        help: instance.runtime == "custom"
          ? "write 'openai: true' in the profile where the server has that protocol"
          : "choose another task with '--task'")
    }
    self.name = name
    self.instance = instance
    self.endpoint = endpoint
    self.api = api
    self.openAI = openAI
    context =
      (profile.parameters.contextLength ?? profile.parameters.maxTotalTokens
      ?? profile.facts.contextLength)?.value
    metricsPath = service.metrics
    identity = workspace.identity(of: name)
    if case .huggingFace(let id, _) = profile.model { hubModel = id.value } else { hubModel = nil }
    let text = String(decoding: profile.source.bytes, as: UTF8.self)
    configuration = .set([
      "instance": .text(name), "profile": .text(instance.profile),
      "profileHash": .text(SHA256.digest(of: text)), "amm": .text(amm),
      "api": .text(api.rawValue), "deployment": NixRenderer.value(of: instance, in: plan),
      "profileText": .text(text),
    ])
  }

  /// Refuses to measure what is not the server that is meant, where something answers at all.
  ///
  /// What is measured is kept under the profile's name.
  func requireMeant() throws(Refusal) {
    guard let port = instance.server.port?.reachable, let identity,
      let reported = ReportedModel(identity, address: port.address, port: port.port),
      let objection = reported.objection
    else { return }
    throw Refusal(
      message:
        "what answers on port \(port.port) \(objection); '\(instance.name.text)' is to serve "
        + "\(instance.model)",
      help:
        "'amm status' shows what runs; 'amm switch \(instance.name.text) \(instance.profile) --wait' "
        + "serves what is meant")
  }

  /// A request of a block.
  func request(
    _ question: Question, side: Int, block: Int, item: ModelTask.Item?, _ condition: Condition,
    of task: ModelTask, maxTokens: Int? = nil
  ) -> Job.Request {
    var sampling = task.sampling
    if let maxTokens { sampling.maxTokens = maxTokens }
    let body = api.body(
      question, model: instance.model, sampling: sampling, takesIgnoreEOS: openAI.takesIgnoreEOS,
      takesCachePrompt: openAI.takesCachePrompt)
    let isCloser = if case .closer? = item?.scoring { true } else { false }
    return Job.Request(
      side: side, block: block, item: item?.id, condition: condition, url: endpoint + api.path,
      api: api, body: JSON.line(body), limits: task.limits, isCloser: isCloser)
  }
}
