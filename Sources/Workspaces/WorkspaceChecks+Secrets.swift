import Deployments
import Diagnostics
import Profiles
import Schema

/// Checks of API keys and other secrets of a server.
extension WorkspaceChecks {
  static let keyOfRuntime = WorkspaceCheck(
    Rule(
      "api-key-unknown", "The server does not support an API key.",
      Explanation(
        """
        The server would answer everyone, although its author expects it to require a key. A \
        server without API keys needs a proxy that requires one.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, api_key: main-key}
          # profiles/coding/demo.yaml
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          """,
        source: "Ollama 0.32.15, server/routes.go (no key is required)"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      // A key in 'defaults' applies only to servers that support one.
      guard let key = instance.own.value.apiKey, let profile = instance.active?.profile,
        profile.runtime.value.keyVariable == nil
      else { continue }
      let isCustom = profile.runtime.value.needsImage
      collector.emit(
        rule, key.range,
        isCustom
          ? "amm does not know which variable the server of '\(instance.name.value.text)' reads its key from"
          : "\(profile.runtime.value.name) does not support API keys",
        help: isCustom
          ? "write 'secrets: {VARIABLE: SECRET}' with that variable"
          : "remove the line, or use a proxy that requires a key",
        notes: [
          .init(
            SourceLocation(profile.source, profile.runtime.range), "the runtime is chosen here")
        ])
    }
  }

  static let openWithoutKey = WorkspaceCheck(
    Rule(
      "open-without-key", .warning, "A server that is open to the network requires no key.",
      Explanation(
        """
        Everyone on the network could use the server, fill its memory and read the requests of \
        others. Some servers also load models or files on request.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, bind: 0.0.0.0}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, bind: 0.0.0.0, api_key: main-key}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let profile = instance.active?.profile else { continue }
      let runtime = profile.runtime.value
      let port = runtime.interface(of: profile).port
      let opening = instance.extraPorts.first {
        $0.value.container == port && !($0.value.address ?? instance.bind).isLoopback
      }
      guard !instance.bind.isLoopback || opening != nil,
        instance.apiKey == nil || runtime.keyVariable == nil,
        !(runtime.needsImage && instance.secrets.contains { $0.name.value.asksForKey })
      else { continue }
      collector.emit(
        rule, opening?.range ?? instance.setting(\.bind)?.range ?? instance.name.range,
        "'\(instance.name.value.text)' is open to the network and requires no key",
        help: runtime.keyVariable == nil
          ? "write 'bind: 127.0.0.1', and use a proxy that requires a key"
          : workspace.helpForSecret(
            of: instance, named: instance.name.value.text + "-key",
            key: runtime.keyVariable?.text ?? "API_KEY", setting: "api_key")
      )
    }
  }

  static let secretSource = WorkspaceCheck(
    Rule(
      "secret-source",
      "A secret's variable is also set elsewhere, or its file is in the workspace.",
      Explanation(
        """
        A file inside the workspace is committed with it. A variable that is also set under \
        'environment' has two values, and the server reads only one of them.
        """,
        wrong: """
          # instances.yaml
          instances:
            main:
              port: 8080
              environment: {UPSTREAM_URL: "http://127.0.0.1"}
              secrets: {UPSTREAM_URL: upstream}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, secrets: {UPSTREAM_URL: upstream}}
          """))
  ) { workspace, rule, collector in
    // Secrets in 'defaults' are reported once.
    var seen: Set<SourceRange> = []
    for instance in workspace.instances + workspace.companionInstances {
      let runtime = instance.active?.profile.runtime.value
      for pair in instance.secrets {
        let name = pair.name.value
        if let other = instance.environments.joined().first(where: { $0.name.value == name }) {
          collector.emit(
            rule, pair.name.range, "'\(name.text)' is set twice",
            help: "remove one of them",
            notes: [collector.note(other.name.range, "the other one is here")])
        }
        if let token = instance.token, let profile = instance.active?.profile,
          runtime?.tokenVariable(of: profile) == name
        {
          collector.emit(
            rule, pair.name.range, "'\(name.text)' is also set by 'token'",
            help: "remove one of them",
            notes: [collector.note(token.range, "the other one is here")])
        }
        if let key = runtime?.keyVariable, key == name {
          collector.emit(
            rule, pair.name.range,
            "'\(name.text)' is the API key for clients, which must be set with 'api_key'",
            help: "write 'api_key: …' instead")
        } else if runtime?.reserved.contains(name.text) == true,
          name != EnvironmentVariable.Name.huggingFaceToken
        {
          collector.emit(
            rule, pair.name.range, "amm sets '\(name.text)' itself", help: "remove the line")
        }
      }
      for place in instance.secretPlaces {
        guard let file = place.value.file, workspace.location.contains(file),
          seen.insert(place.range).inserted
        else { continue }
        collector.emit(
          rule, place.range, "'\(file.text)' is in the workspace, which is shared",
          help: "move it out, for example to '~/.config/amm/\(instance.name.value.text).env'")
      }
    }
  }
}

extension EnvironmentVariable.Name {
  /// Whether the name looks like that of an API key or password for clients.
  fileprivate var asksForKey: Bool {
    text.hasSuffix("API_KEY") || text.hasSuffix("AUTH_TOKEN") || text.hasSuffix("PASSWORD")
  }
}
