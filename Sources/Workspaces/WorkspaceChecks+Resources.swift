import Deployments
import Diagnostics
import Profiles
import Schema

extension WorkspaceChecks {
  static let cacheConflict = WorkspaceCheck(
    Rule(
      "cache-conflict", "Two instances share a cache that their runtimes cannot share.",
      Explanation(
        """
        At startup, Ollama deletes files that look like unfinished downloads, so two servers with \
        one store delete each other's models. In one folder with the cache of another runtime, it \
        could delete files of that one.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, cache: shared}
            coding: {port: 8081, cache: shared}
          # profiles/coding/demo.yaml
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080, cache: own}
            coding: {port: 8081, cache: own}
          # profiles/coding/demo.yaml
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
          """,
        source: "Ollama 0.32.15, server/images.go"))
  ) { workspace, rule, collector in
    var users: [Mount.Source: Instance] = [:]
    for instance in workspace.instances {
      guard let (cache, place) = instance.cachePlace else { continue }
      defer { users[place] = instance }
      guard let other = users[place], let otherCache = other.cachePlace?.cache else { continue }
      let names = "'\(other.name.value.text)' and '\(instance.name.value.text)'"
      let range = instance.cache?.range ?? instance.name.range
      // Servers that only add files to a cache have different names for them.
      guard !cache.isShareable || !otherCache.isShareable else { continue }
      if cache.kind != otherCache.kind {
        collector.emit(
          rule, range, "\(names) keep different kinds of models in one cache",
          help: "give one of them 'cache: own'")
      } else {
        collector.emit(
          rule, range, "\(names) would share a cache, which \(cache.kind) does not support",
          help: "give one of them 'cache: own'")
      }
    }
  }

  static let reservedVariable = WorkspaceCheck(
    Rule(
      "reserved-variable", "An instance sets a variable that amm sets itself.",
      Explanation(
        """
        The generated ports, mounts and health checks depend on the values that amm sets. A server \
        on another port would be killed as unhealthy or could not be reached.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, environment: {PORT: "3000"}}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 3000}
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let runtime = instance.active?.profile.runtime.value else { continue }
      for variable in instance.environments.joined() {
        if runtime.variablesOfModels.contains(variable.name.value.text) {
          collector.emit(
            rule, variable.name.range,
            "'\(variable.name.value.text)' works only if the server is started without a model",
            help: "remove the line; 'models' of an instance adds models to its server")
        }
        // Secrets are reported by another check.
        guard runtime.reserved.contains(variable.name.value.text),
          !Secrets.isSecretName(variable.name.value.text)
        else { continue }
        collector.emit(
          rule, variable.name.range,
          "amm sets '\(variable.name.value.text)' itself for \(runtime.name)",
          help: "remove the line")
      }
    }
  }

  static let secretVariable = WorkspaceCheck(SchemaRules.secretValue) {
    workspace, _, collector in
    for instance in workspace.instances + workspace.companionInstances {
      for variable in instance.environments.joined()
      where Secrets.isSecret(variable.name.value.text, variable.item.value) {
        collector.emit(
          Secrets.refusal(
            .unquoted(workspace.source, variable.item.range),
            Secrets.message(for: "environment", variable.name.value.text),
            variable: variable.name.value.text))
      }
    }
  }
}
