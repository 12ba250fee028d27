import Deployments
import Diagnostics
import Profiles
import Schema

/// Checks of the programs that run with the servers.
extension WorkspaceChecks {
  static let companionChecks =
    [
      companionName, networkName, companionUses, companionAsleep, companionSetting, companionKeys,
      companionWithoutEffect, companionWithoutServer, routerOpen, routerPort,
    ] + companionImages

  static let companionTooLong = Rule(
    "companion-too-long", "The configuration of a companion is too long.",
    Explanation(
      """
      The configuration is a variable of its container, and Linux limits variables to 128 KiB. That \
      is enough for some hundred servers.
      """,
      wrong: """
        # instances.yaml
        companions:
          webui: {kind: open-webui, port: 3000}
        """,
      right: """
        # instances.yaml
        companions:
          webui: {kind: open-webui, port: 3000, for: [chat]}
        """,
      source: "Linux 6.12, include/uapi/linux/binfmts.h (MAX_ARG_STRLEN)"))

  private static let companionName = WorkspaceCheck(
    Rule(
      "companion-name", "A companion has the name of an instance.",
      Explanation(
        "Both would be one unit and one container.",
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            chat: {kind: open-webui, port: 3000}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000}
          """))
  ) { workspace, rule, collector in
    for draft in workspace.companions {
      guard let other = workspace.instance(named: draft.name.value.text) else { continue }
      collector.emit(
        rule, draft.name.range, "there is already an instance '\(draft.name.value.text)'",
        help: "rename one of them",
        notes: [collector.note(other.name.range, "the instance is here")])
    }
  }

  private static let companionUses = WorkspaceCheck(
    Rule(
      "companion-uses", "A companion uses an instance that does not exist or that it cannot use.",
      Explanation(
        """
        The name is misspelt, or the instance was renamed. A companion can also only use servers \
        that have the protocol that it needs.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000, for: [chta]}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000, for: [chat]}
          """))
  ) { workspace, rule, collector in
    for draft in workspace.companions {
      for name in draft.section.uses?.value ?? []
      where workspace.instance(named: name.value.text) == nil {
        let known = workspace.declaredNames ?? []
        // An instance with an error is reported on its own.
        guard !known.contains(name.value.text) else { continue }
        if let other = workspace.companions.first(where: { $0.name.value == name.value }) {
          collector.emit(
            rule, name.range, "'\(name.value.text)' is a companion, not an instance",
            help: other.kind?.isContainer == false
              ? "list instances; a container cannot reach '\(name.value.text)', which listens on this machine"
              : "list instances; set the address of a companion under 'environment'",
            notes: [collector.note(other.name.range, "the companion is here")])
          continue
        }
        collector.emit(
          rule, name.range, "there is no instance '\(name.value.text)'",
          help: Suggestion.help(
            for: name.value.text, among: known,
            otherwise: known.isEmpty
              ? "declare it under 'instances'"
              : "the instances are \(Phrase.allOf(known.prefix(10).map { "'\($0)'" }))"))
      }
    }
  }

  private static let companionAsleep = WorkspaceCheck(
    Rule(
      "companion-on-demand", "A companion uses an instance that starts on demand.",
      Explanation(
        """
        A program in a container reaches a server by its name in their network, without the socket \
        that starts it, and gets an error while the server does not run. A router starts servers \
        itself.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, start: on-demand}
          companions:
            webui: {kind: open-webui, port: 3000, for: [chat]}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000, for: [chat]}
          """))
  ) { workspace, rule, collector in
    for draft in workspace.companions {
      for name in draft.section.uses?.value ?? [] {
        guard let instance = workspace.instance(named: name.value.text), instance.start == .onDemand
        else { continue }
        let isRouter = draft.kind?.startsServers == true
        collector.emit(
          rule, name.range,
          isRouter
            ? "'\(name.value.text)' starts when a client connects, but '\(draft.name.value.text)' starts it itself"
            : "'\(draft.name.value.text)' cannot start '\(name.value.text)', which starts when a client connects from this machine",
          help: isRouter
            ? "write 'start: manual' for '\(name.value.text)'"
            : "write 'start: boot' for '\(name.value.text)', or remove it here",
          notes: [
            collector.note(
              (instance.own.value.startChoice ?? instance.defaults.value.startChoice)?.range
                ?? instance.name.range, "'start' is set here")
          ])
      }
    }
  }

  private static let companionSetting = WorkspaceCheck(
    Rule(
      "companion-setting", "A companion lacks a setting that its kind requires.",
      Explanation(
        """
        LiteLLM refuses to start without a key. For a custom program, only its author knows the \
        image and the port.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            router: {kind: litellm, port: 4000}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            router: {kind: litellm, port: 4000, api_key: router-key}
          """,
        source: "litellm 1.110.2, litellm/proxy/auth/master_key_boot_check.py"))
  ) { workspace, rule, collector in
    for draft in workspace.companions {
      // What is missing may only be unreadable.
      guard let problem = draft.kind?.problem(with: draft), !collector.hasErrors(in: draft.range)
      else { continue }
      let isOnCluster = workspace.hasCluster(for: draft.instance)
      collector.emit(
        rule, problem.range, problem.message,
        help: isOnCluster ? problem.helpOnCluster ?? problem.help : problem.help)
    }
  }

  private static let companionKeys = WorkspaceCheck(
    Rule(
      "companion-keys", "A companion cannot have the keys of all the servers that it uses.",
      Explanation(
        """
        Each file of variables sets the variable of the server that it belongs to. If two servers \
        of one runtime have different files, the companion would see only one of the keys. Podman \
        secrets have no such limit.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, api_key: {environment_file: ~/.config/amm/chat.env}}
            coding: {port: 8081, api_key: {environment_file: ~/.config/amm/coding.env}}
          companions:
            webui: {kind: open-webui, port: 3000}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080, api_key: chat-key}
            coding: {port: 8081, api_key: coding-key}
          companions:
            webui: {kind: open-webui, port: 3000}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """))
  ) { workspace, rule, collector in
    for draft in workspace.companions where draft.kind?.getsKeys == true {
      var files: [EnvironmentVariable.Name: (path: HostPath, instance: Instance)] = [:]
      let used = draft.section.uses?.value.map(\.value)
      for instance in workspace.instances
      where used?.contains(instance.name.value) ?? (instance.start != .onDemand) {
        guard let path = instance.apiKey?.value.file,
          let variable = instance.active?.profile.runtime.value.keyVariable
        else { continue }
        guard let other = files[variable] else {
          files[variable] = (path, instance)
          continue
        }
        guard other.path != path else { continue }
        collector.emit(
          rule, draft.name.range,
          "'\(draft.name.value.text)' would get '\(variable.text)' from two files, of '\(other.instance.name.value.text)' and '\(instance.name.value.text)'",
          help: "write 'api_key: SECRET' for one of them, with a Podman secret")
      }
    }
  }

  private static let companionWithoutEffect = WorkspaceCheck(
    Rule(
      "companion-without-effect", .warning, "A setting of a companion has no effect on its kind.",
      Explanation(
        "The kind of program sets it itself, or has no such setting.",
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000, container_port: 3000}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000}
          """))
  ) { workspace, rule, collector in
    for draft in workspace.companions {
      guard let kind = draft.kind else { continue }
      for field in CompanionSection.fields.all where kind.unused.contains(field.key) {
        guard let value = field.value(draft.section) else { continue }
        collector.emit(
          rule, value.range, "'\(field.key)' has no effect on '\(kind.name)'",
          help: "remove the line")
      }
    }
  }
}
