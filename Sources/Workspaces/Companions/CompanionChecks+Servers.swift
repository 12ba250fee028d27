import Deployments
import Diagnostics
import Schema

extension WorkspaceChecks {
  static let companionWithoutServer = WorkspaceCheck(
    Rule(
      "companion-without-server", .warning, "A companion has no server to use.",
      Explanation(
        """
        The program would start and offer no model. By default, a companion uses all instances that \
        it can use: those whose protocol it has, except those that start when a client connects from \
        this machine.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, start: on-demand}
          companions:
            webui: {kind: open-webui, port: 3000}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000}
          """))
  ) { workspace, rule, collector in
    // Instances with errors could be of use.
    guard let declared = workspace.declaredNames?.count, declared == workspace.instances.count,
      workspace.instances.allSatisfy({ $0.active != nil })
    else { return }
    for draft in workspace.companions {
      guard let kind = draft.kind, kind.needsServers else { continue }
      let name = draft.name.value.text
      guard let listed = draft.section.uses else {
        let asleep = workspace.instances.filter { $0.start == .onDemand }
        guard !workspace.instances.contains(where: { $0.start != .onDemand && kind.canUse($0) })
        else { continue }
        collector.emit(
          rule, draft.name.range, "'\(name)' has no instance to use",
          help: asleep.first.map { help(for: draft, asleep: $0.name.value.text) }
            ?? "declare an instance that \(kind.name) can use")
        continue
      }
      if listed.value.isEmpty {
        collector.emit(
          rule, listed.range, "'\(name)' has no instance to use",
          help: "list some, or remove the line for all that it can use")
      }
      for used in listed.value {
        guard let instance = workspace.instance(named: used.value.text), !kind.canUse(instance)
        else { continue }
        collector.emit(
          rule, used.range, "\(kind.name) does not have the protocol of '\(used.value.text)'",
          help: "remove it here")
      }
    }
  }

  /// - Parameter instance: The name of an instance that starts on demand.
  private static func help(for draft: CompanionDraft, asleep instance: String) -> String {
    draft.kind?.startsServers == true
      ? "write 'start: manual' for '\(instance)', so that '\(draft.name.value.text)' starts it"
      : "'\(instance)' starts only when a client connects from this machine; write 'start: boot' for it"
  }
}
