import Deployments
import Diagnostics
import Profiles
import Schema

/// Keys that clients bring, and other secrets of a server.
extension WorkspaceChecks {
  static let keyOfRuntime = WorkspaceCheck(
    Rule(
      "api-key-unknown", "A key is for a server that asks for one.",
      Explanation(
        """
        The server would answer everybody, while its author believes that it asks for a key. A server \
        without keys of its own needs a proxy before it that asks.
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
        source: "Ollama 0.32.15, server/routes.go: no key is asked for"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      // A key for all instances is for those that ask for one.
      guard let key = instance.own.apiKey, let profile = instance.active?.profile,
        profile.runtime.value.keyVariable == nil
      else { continue }
      let isCustom = profile.runtime.value.needsImage
      collector.emit(
        rule, key.range,
        isCustom
          ? "which variable the server of '\(instance.name.value.text)' reads its key from is not known"
          : "\(profile.runtime.value.name) asks no client for a key",
        help: isCustom
          ? "write 'secrets: {VARIABLE: SECRET}' with that variable"
          : "remove the line; a proxy before the server can ask for one",
        notes: [
          .init(
            SourceLocation(profile.source, profile.runtime.range), "the runtime is chosen here")
        ])
    }
  }

  static let openWithoutKey = WorkspaceCheck(
    Rule(
      "open-without-key", .warning, "A server that the network reaches asks for a key.",
      Explanation(
        """
        Everybody in the network could use the server, fill its memory and read what others asked it, \
        and some servers load models or files at a request.
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
        "'\(instance.name.value.text)' is open to the network and asks nobody for a key",
        help: runtime.keyVariable == nil
          ? "write 'bind: 127.0.0.1', and let a proxy that asks for a key stand before it"
          : "run 'podman secret create \(instance.name.value.text)-key FILE' and add 'api_key: \(instance.name.value.text)-key'"
      )
    }
  }

  static let secretSource = WorkspaceCheck(
    Rule(
      "secret-source", "A secret has one variable, and a place outside of the workspace.",
      Explanation(
        """
        A file inside the workspace is committed with it. A variable that is written under \
        'environment' as well has two values, and the server reads one of them.
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
    // What stands under 'defaults' is told once.
    var seen: Set<SourceRange> = []
    for instance in workspace.instances {
      let runtime = instance.active?.profile.runtime.value
      for pair in instance.secrets {
        let name = pair.name.value
        if let other = instance.environments.joined().first(where: { $0.name.value == name }) {
          collector.emit(
            rule, pair.name.range, "'\(name.text)' is set twice",
            help: "remove one of the two",
            notes: [collector.note(other.name.range, "the other one stands here")])
        }
        if let token = instance.token, let profile = instance.active?.profile,
          runtime?.tokenVariable(of: profile) == name
        {
          collector.emit(
            rule, pair.name.range, "'\(name.text)' is what 'token' sets as well",
            help: "remove one of the two",
            notes: [collector.note(token.range, "the other one stands here")])
        }
        if let key = runtime?.keyVariable, key == name {
          collector.emit(
            rule, pair.name.range,
            "'\(name.text)' is the key that clients bring, which amm must know of",
            help: "write 'api_key: …' in its place")
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
          rule, place.range, "'\(file.text)' lies in the workspace, which is shared",
          help: "move it out, such as to '~/.config/amm/\(instance.name.value.text).env'")
      }
    }
  }
}

extension EnvironmentVariable.Name {
  /// Whether it is called as keys are that a server asks for.
  fileprivate var asksForKey: Bool {
    text.hasSuffix("API_KEY") || text.hasSuffix("AUTH_TOKEN") || text.hasSuffix("PASSWORD")
  }
}
