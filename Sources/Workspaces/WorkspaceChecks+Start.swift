import Deployments
import Diagnostics
import Profiles
import Schema

/// Checks of when servers start, and which of them stop each other.
extension WorkspaceChecks {
  static let startTwice = WorkspaceCheck(
    Rule(
      "start-twice", "'start' and 'auto_start' are both set.",
      Explanation(
        """
        'auto_start' is the older form of 'start': true means 'boot', and false means 'manual'. \
        With both, a reader cannot see which one is used.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, start: on-demand, auto_start: false}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, start: on-demand}
          """))
  ) { workspace, rule, collector in
    var seen: Set<SourceRange> = []
    let written = workspace.instances.flatMap {
      [$0.defaults.value, $0.own.value].map { ($0.start, $0.autoStart) }
    }
    for case (let start?, let old?) in written where seen.insert(old.range).inserted {
      collector.emit(
        rule, old.range, "'start' is '\(start.value.rawValue)', and 'auto_start' is also set",
        help: "remove 'auto_start'",
        notes: [collector.note(start.range, "'start' is set here")])
    }
  }

  static let exclusiveStart = WorkspaceCheck(
    Rule(
      "exclusive-start", "Several instances of an exclusive group start automatically.",
      Explanation(
        """
        Only one instance of a group can run. If several start with the session, each stops the \
        others, and which one remains is a matter of chance.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, exclusive: gpu}
            coding: {port: 8080, exclusive: gpu}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080, exclusive: gpu}
            coding: {port: 8080, exclusive: gpu, start: manual}
          """,
        source: "systemd 257, man/systemd.unit.xml (Conflicts=)"))
  ) { workspace, rule, collector in
    var starting: [ResourceName: Instance] = [:]
    for instance in workspace.instances where instance.start == .boot {
      guard let group = instance.group else { continue }
      guard let first = starting[group.value] else {
        starting[group.value] = instance
        continue
      }
      collector.emit(
        rule, instance.name.range,
        "'\(first.name.value.text)' and '\(instance.name.value.text)' of the group '\(group.value.text)' both start with the session",
        help: "write 'start: manual' for all but one of them",
        notes: [collector.note(first.name.range, "the other one is here")])
    }
  }

  static let groupOfOne = WorkspaceCheck(
    Rule(
      "group-of-one", .warning, "An exclusive group has only one instance.",
      Explanation(
        """
        A group has an effect only on its members. Usually the name is misspelt in one of them.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, exclusive: gpu}
            coding: {port: 8081, exclusive: gpus, start: manual}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080, exclusive: gpu}
            coding: {port: 8081, exclusive: gpu, start: manual}
          """))
  ) { workspace, rule, collector in
    let groups = Dictionary(grouping: workspace.instances) { $0.group?.value }
    for instance in workspace.instances {
      guard let group = instance.group, groups[group.value]?.count == 1 else { continue }
      let others = groups.keys.compactMap { $0?.text }.filter { $0 != group.value.text }.sorted()
      collector.emit(
        rule, group.range,
        "'\(instance.name.value.text)' is the only instance of the group '\(group.value.text)'",
        help: Suggestion.help(
          for: group.value.text, among: others,
          otherwise: "add another instance to the group, or remove the line"))
    }
  }

  /// Each member has a line for each earlier one.
  static let largestGroup = 100

  static let exclusiveLarge = WorkspaceCheck(
    Rule(
      "exclusive-large", "An exclusive group has too many instances.",
      Explanation(
        """
        Each unit names the others of its group, so that the files of a very large group would be \
        huge. A router such as llama-swap needs no group for servers that it starts.
        """,
        wrong: """
          # instances.yaml
          defaults: {exclusive: gpu}  # with 101 instances
          """,
        right: """
          # instances.yaml
          defaults: {exclusive: gpu}  # with 100 instances
          """))
  ) { workspace, rule, collector in
    var counts: [ResourceName: Int] = [:]
    for instance in workspace.instances {
      guard let group = instance.group else { continue }
      counts[group.value, default: 0] += 1
      guard counts[group.value] == largestGroup + 1 else { continue }
      collector.emit(
        rule, instance.name.range,
        "the group '\(group.value.text)' has more than \(largestGroup) instances",
        help: "divide it into smaller groups")
    }
  }

  static let exclusiveOnDemand = WorkspaceCheck(
    Rule(
      "exclusive-on-demand", "An instance of an exclusive group starts on demand.",
      Explanation(
        """
        If clients use two such instances at the same time, each request stops the other server \
        while it loads its model, and neither answers. A router that sees the requests can answer \
        them one after the other.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, exclusive: gpu, start: on-demand}
            coding: {port: 8081, exclusive: gpu, start: on-demand}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080, exclusive: gpu, start: manual}
            coding: {port: 8081, exclusive: gpu, start: manual}
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances where instance.start == .onDemand {
      guard let group = instance.group else { continue }
      collector.emit(
        rule, group.range,
        "'\(instance.name.value.text)' starts on demand, and other instances of the group '\(group.value.text)' stop it",
        help:
          "write 'start: manual' and switch with 'amm start', or remove it from the group if there is memory for both"
      )
    }
  }

  static let onDemandHealth = WorkspaceCheck(
    Rule(
      "on-demand-health", "An instance that starts on demand has no health check.",
      Explanation(
        """
        The first request has to wait until the server has loaded its model, and only a health \
        check shows when that is. Without one, the first request fails.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, start: on-demand}
          # profiles/coding/demo.yaml
          container: {runtime: custom, image: "ghcr.io/acme/server:1"}
          custom: {port: 8000}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, start: on-demand}
          # profiles/coding/demo.yaml
          container: {runtime: custom, image: "ghcr.io/acme/server:1"}
          custom: {port: 8000, health: /health, health_command: "curl -fsS http://127.0.0.1:8000/health"}
          """,
        source: "Podman 5.4.2, docs/source/markdown/options/sdnotify.md (healthy)"))
  ) { workspace, rule, collector in
    for instance in workspace.instances where instance.start == .onDemand {
      guard let profile = instance.active?.profile,
        profile.runtime.value.interface(of: profile).healthCheck(startPeriod: 1) == nil
      else { continue }
      collector.emit(
        rule, instance.name.range,
        "'\(instance.name.value.text)' starts on demand, but nothing shows when its server is ready",
        help: "define a health check in its profile, such as 'custom: {health_command: …}'",
        notes: [profile.note(profile.runtime.range, "the runtime is chosen here")])
    }
  }
}

extension WorkspaceDraft {
  /// Returns whether an instance starts with the session, or when a client connects or names its
  /// model.
  func startsItself(_ instance: Instance) -> Bool {
    instance.start != .manual || routed.contains(instance.name.value)
  }

  /// Returns the instances that can run at the same time without anyone starting them by hand, in
  /// the order of the file.
  ///
  /// Of an exclusive group with a member that starts automatically, this is the member with the
  /// largest amount, because it may run instead.
  ///
  /// - Parameter amount: What an instance takes, or nil if it takes nothing or this is not known.
  func together<Amount: Comparable>(
    among instances: [Instance], _ amount: (Instance) -> Amount?
  ) -> [(instance: Instance, amount: Amount)] {
    RunningTogether.choose(
      among: instances, group: { $0.group?.value }, startsItself: startsItself, amount)
  }
}
