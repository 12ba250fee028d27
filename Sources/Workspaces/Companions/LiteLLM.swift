import Deployments
import Diagnostics
import Schema
import Values

/// LiteLLM's proxy: one address for all models, chosen by the request's `model` (litellm 1.110.2).
enum LiteLLM: CompanionKind {
  static let name = "litellm"
  static let summary = "one address for the models of all servers"
  static let unused = ["stop_after_idle", "container_port", "arguments", "gpus"]

  static let reserved = [configuration, "CONFIG_FILE_PATH", "PORT"]
  static let programFolders = ["/app"]

  static func canUse(_ task: ServedTask, _ runtime: String, isOpenAI: Bool) -> Bool {
    isOpenAI || runtime == "tei"
  }

  static let image: ImageReference? = ImageReference(
    literal: "ghcr.io/berriai/litellm", tag: "v1.104.2")
  private static let port = Port(literal: 4000)
  static let containerPort: Port? = port
  static let health: String? =
    "python3 -c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:\(port.number)/health/liveliness\")'"
  static let configuration = "LITELLM_CONFIG"
  static let masterKey = EnvironmentVariable.Name(literal: "LITELLM_MASTER_KEY")

  /// Without a key, the proxy does not start (litellm/proxy/auth/master_key_boot_check.py).
  static func problem(with draft: CompanionDraft) -> CompanionProblem? {
    let name = draft.name.value.text
    let other = draft.section.secrets?.value.first { $0.name.value == masterKey }
    if draft.section.apiKey != nil, let other {
      return CompanionProblem(
        range: other.name.range,
        message: "the key of '\(name)' is written twice: 'api_key' sets this variable",
        help: "remove one of them")
    }
    guard draft.section.apiKey == nil, other == nil else { return nil }
    return CompanionProblem(
      range: draft.name.range,
      message: "'\(name)' has no key, without which LiteLLM does not start",
      help: "run 'podman secret create \(name)-key FILE' and add 'api_key: \(name)-key'",
      helpOnCluster:
        "run 'kubectl create secret generic \(name)-key --from-file=./KEY' and add 'api_key: {secret: \(name)-key, key: KEY}'"
    )
  }

  static func program(of draft: CompanionDraft, using servers: UsedServers) -> Companion.Program? {
    let models = models(of: servers)
    let config = JSON.line(
      .set([
        "model_list": .list(models),
        "litellm_settings": .set(["drop_params": true]),
        "router_settings": .set(["num_retries": 0, "timeout": 600]),
        // Otherwise, it queries each server every few minutes.
        "general_settings": .set([
          "master_key": .text("os.environ/" + masterKey.text),
          "disable_model_info_refresh": true,
        ]),
      ]))
    guard
      var container = draft.container(
        variables: [(configuration, config)] + foreign.settings, using: servers)
    else { return nil }
    if let key = draft.section.apiKey {
      container.secrets.append(SecretReference(masterKey, from: key.value.source))
    }
    // A variable contains the configuration, so that the machine needs no file for it. JSON is YAML.
    container.entrypoint = PlainText(literal: "/bin/sh")
    container.arguments = [
      Argument(literal: "-c"),
      Argument(
        literal:
          "printf %s \"$LITELLM_CONFIG\" > /tmp/config.yaml && exec litellm --config /tmp/config.yaml --port 4000"
      ),
    ]
    return .container(container)
  }

  static func route(through program: Companion.Program) -> Companion.Route? {
    guard case .container(let container) = program else { return nil }
    return .ownKey(container.secrets.first { $0.variable == masterKey })
  }

  /// Returns the entries of `model_list`: each model under its own name and under the instance's,
  /// which stays the same after a switch.
  private static func models(of servers: UsedServers) -> [Value] {
    var taken: Set<String> = Set(servers.servers.map(\.name))
    return servers.servers.flatMap { server in
      let own = entry(of: server, server.models[0], as: server.name)
      return [own]
        + server.models.filter { taken.insert($0.name).inserted }
        .map { entry(of: server, $0, as: $0.name) }
    }
  }

  private static func entry(
    of server: UsedServers.Server, _ served: ModelOfServer, as name: String
  ) -> Value {
    let (model, base) = route(to: server, served)
    let key: Value? =
      server.keyVariable.map { .text("os.environ/" + $0.text) }
      // 'openai/' requires a key, and any text will do.
      ?? (model.hasPrefix("openai/") || model.hasPrefix("huggingface/") ? "none" : nil)
    let mode =
      switch served.task {
      case .chat: "chat"
      case .embed: "embedding"
      case .rank: "rerank"
      }
    return .set([
      "model_name": .text(name),
      "litellm_params": .set([
        "model": .text(model), "api_base": .text(base), "api_key": key,
      ]),
      "model_info": .set([
        "mode": .text(mode),
        "max_input_tokens": served.context.map(Value.integer),
      ]),
    ])
  }

  /// Returns LiteLLM's name for a server's protocol with the model, and the address for it
  /// (litellm/llms).
  private static func route(
    to server: UsedServers.Server, _ served: ModelOfServer
  ) -> (model: String, base: String) {
    let openAI = server.address + "/v1"
    return switch (server.workload.provenance.runtime, served.task) {
    case ("tei", .rank): ("huggingface/" + served.name, server.address)
    case (_, .rank): ("hosted_vllm/" + served.name, openAI)
    case ("ollama", .chat): ("ollama_chat/" + served.name, server.address)
    case ("vllm", _), ("sglang", _): ("hosted_vllm/" + served.name, openAI)
    default: ("openai/" + served.name, openAI)
    }
  }
}
