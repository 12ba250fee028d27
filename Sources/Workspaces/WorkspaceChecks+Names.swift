import Deployments
import Diagnostics
import Profiles
import Schema

extension WorkspaceChecks {
  static let longName = WorkspaceCheck(
    Rule(
      "long-name", "The instance's name is too long for the name of its model task.",
      Explanation(
        """
        A profile with Ollama settings gets a second unit, which creates the model and is named \
        after the instance. A container's name is a DNS label of at most 63 letters.
        """,
        wrong: """
          # instances.yaml
          instances:
            a-name-of-sixty-letters-which-is-as-long-as-anyone-needs-one: {port: 8080}
          # profiles/coding/demo.yaml
          source: {type: ollama, model_id: llama3.2:3b}
          container: {runtime: ollama}
          parameters: {temperature: 0.2}
          """,
        right: """
          # instances.yaml
          instances:
            ollama: {port: 8080}
          # profiles/coding/demo.yaml
          source: {type: ollama, model_id: llama3.2:3b}
          container: {runtime: ollama}
          parameters: {temperature: 0.2}
          """,
        source: "RFC 1035, section 2.3.4"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      for step in instance.active?.launch.preparation ?? []
      where instance.name.value.suffixed(step.suffix) == nil {
        let length = 63 - step.suffix.utf8.count
        collector.emit(
          rule, instance.name.range,
          "the model task's name '\(instance.name.value.text)\(step.suffix)' would be too long",
          help: "use a name of at most \(length) letters")
      }
    }
  }

  static let invalidProfile = WorkspaceCheck(
    Rule(
      "invalid-active-profile", "An active profile has errors.",
      Explanation(
        """
        Without the invalid settings, the server would differ from the one that you intended. \
        Nothing is generated, and running servers are not changed.
        """,
        wrong: """
          # active/main.yaml -> ../profiles/coding/demo.yaml
          # profiles/coding/demo.yaml
          catgory: coding
          """,
        right: """
          # active/main.yaml -> ../profiles/coding/demo.yaml
          # profiles/coding/demo.yaml
          category: coding
          """))
  ) { workspace, rule, collector in
    var broken: [String] = []
    var serving: [String: [ActiveLink]] = [:]
    for link in workspace.links {
      guard case .profile(let id, nil) = link.state, workspace.instance(named: link.instance) != nil
      else { continue }
      if serving[id] == nil { broken.append(id) }
      serving[id, default: []].append(link)
    }
    for id in broken {
      guard let links = serving[id], let first = links.first else { continue }
      let names = links.prefix(3).map { "'\($0.instance)'" }
      let rest = links.count - names.count
      let all =
        rest > 0
        ? "\(names.joined(separator: ", ")) and \(rest) more serve"
        : "\(Phrase.allOf(names)) \(links.count == 1 ? "serves" : "serve")"
      collector.emit(
        Diagnostic(
          rule, at: SourceLocation(path: first.path),
          "the profile '\(id)', which \(all), has errors",
          help: ["fix the profile, or link another one"]))
    }
  }

  static let runtimeNotAccepted = WorkspaceCheck(
    Rule(
      "runtime-not-accepted", "The profile's runtime is not one that the instance accepts.",
      Explanation(
        """
        An instance lists runtimes if its clients depend on one, for example on Ollama's own API. \
        Another server would start, but these clients would fail.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, runtimes: [ollama]}
          # profiles/coding/demo.yaml
          container:
            runtime: tgi
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, runtimes: [ollama, tgi]}
          # profiles/coding/demo.yaml
          container:
            runtime: tgi
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let profile = instance.active?.profile, let accepted = instance.runtimes,
        !accepted.value.contains(where: { $0.value == profile.runtime.value.name })
      else { continue }
      guard !accepted.value.isEmpty else {
        collector.emit(
          rule, accepted.range,
          "'\(instance.name.value.text)' accepts no runtimes, so it cannot serve a profile",
          help: "list some runtimes, or remove the line to accept any")
        continue
      }
      let words = Phrase.oneOf(accepted.value.map(\.value))
      collector.emit(
        rule, accepted.range,
        "'\(instance.name.value.text)' accepts \(words), but '\(instance.active?.id ?? "")' runs on \(profile.runtime.value.name)",
        help:
          "select a profile that runs on \(words), or add \(profile.runtime.value.name) to 'runtimes'",
        notes: [
          .init(
            SourceLocation(profile.source, profile.runtime.range), "the runtime is chosen here")
        ])
    }
  }
}
