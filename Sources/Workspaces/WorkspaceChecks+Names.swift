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
            a-name-of-sixty-letters-which-is-as-long-as-nobody-needs-one: {port: 8080}
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

  static let activeLink = WorkspaceCheck(
    Rule(
      "active-link", "An instance has no relative link to a profile of the workspace.",
      Explanation(
        """
        The link selects the profile that the instance serves. A link that is absolute or points \
        outside the workspace breaks in a clone or in the Nix store.
        """,
        wrong: """
          # active/main.yaml -> /home/me/models/profiles/coding/demo.yaml
          """,
        right: """
          # active/main.yaml -> ../profiles/coding/demo.yaml
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      let name = instance.name.value.text
      let path = workspace.location.activeFolder + "/" + name + ".yaml"
      func refuse(_ message: String) {
        collector.emit(
          Diagnostic(
            rule, at: SourceLocation(path: path), message,
            help: ["ln -sfn ../profiles/CATEGORY/PROFILE.yaml \(path)"],
            notes: [collector.note(instance.name.range, "the instance is declared here")]))
      }
      switch workspace.link(of: instance)?.state {
      case nil: refuse("the instance '\(name)' has no active profile")
      case .notALink: refuse("this is not a symbolic link")
      case .absolute(let target):
        refuse("the link is absolute ('\(target)') and would break if the workspace is moved")
      case .outside(let target): refuse("the link points outside the workspace ('\(target)')")
      case .notAProfile(let target):
        refuse("the link points to '\(target)', which is not a profile of the workspace")
      case .dangling(let target): refuse("the link is broken ('\(target)' does not exist)")
      case .profile: continue
      }
    }
  }

  static let strayLink = WorkspaceCheck(
    Rule(
      "stray-link", .warning, "An active link belongs to no instance.",
      Explanation(
        """
        Nothing is generated for the link. Usually the name is misspelt, or the instance was \
        renamed and still serves something else.
        """,
        wrong: """
          # instances.yaml
          instances:
            coding: {port: 8080}
          # active/codng.yaml -> ../profiles/coding/demo.yaml
          """,
        right: """
          # instances.yaml
          instances:
            coding: {port: 8080}
          # active/coding.yaml -> ../profiles/coding/demo.yaml
          """))
  ) { workspace, rule, collector in
    guard let names = workspace.declaredNames else { return }
    let known = Set(names.map { Array($0.utf8) })
    for link in workspace.links
    where !known.contains(Array(link.instance.utf8)) && !collector.isFullOfWarnings {
      let help =
        Suggestion.help(
          for: link.instance, among: names,
          otherwise: "add it to instances.yaml, or remove the link")
      collector.emit(
        Diagnostic(
          rule, at: SourceLocation(path: link.path), "there is no instance '\(link.instance)'",
          help: [help]))
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
