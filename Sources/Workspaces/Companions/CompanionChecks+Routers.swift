import Deployments
import Diagnostics
import Schema

/// Checks of companions that start servers.
extension WorkspaceChecks {
  static let routerPort = WorkspaceCheck(
    Rule(
      "router-port", "Servers that a router starts have the same port.",
      Explanation(
        """
        The router asks the port of the server that a request names. If another server of the group \
        still answers there, the request reaches the wrong model. Clients use the router's port, so \
        that the servers need no common one.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, exclusive: gpu, start: manual}
            coding: {port: 8080, exclusive: gpu, start: manual}
          companions:
            router: {kind: llama-swap, port: 9292}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080, exclusive: gpu, start: manual}
            coding: {port: 8081, exclusive: gpu, start: manual}
          companions:
            router: {kind: llama-swap, port: 9292}
          """))
  ) { workspace, rule, collector in
    for draft in workspace.companions where draft.kind?.startsServers == true {
      let used = draft.section.uses.map { Set($0.value.map(\.value)) }
      var users: [Int: Instance] = [:]
      for instance in workspace.instances where used?.contains(instance.name.value) ?? true {
        guard let port = instance.port else { continue }
        guard let other = users.updateValue(instance, forKey: port.value) else { continue }
        collector.emit(
          rule, port.range,
          "'\(other.name.value.text)' and '\(instance.name.value.text)', which '\(draft.name.value.text)' starts, both have port \(port.value)",
          help: "give each its own port: clients use port \(draft.section.port?.value ?? 0)",
          notes: [collector.note(draft.name.range, "the router is here")])
      }
    }
  }

  static let routerOpen = WorkspaceCheck(
    Rule(
      "router-open", .warning, "A router that is open to the network requires no key.",
      Explanation(
        """
        Everyone on the network could start servers and use them. The servers' own keys still \
        protect those that have one.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080, start: manual}
          companions:
            router: {kind: llama-swap, port: 9292, bind: 0.0.0.0}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080, start: manual}
          companions:
            router: {kind: llama-swap, port: 9292}
          """))
  ) { workspace, rule, collector in
    for draft in workspace.companions where draft.kind?.startsServers == true {
      guard let bind = draft.section.bind, !bind.value.isLoopback else { continue }
      collector.emit(
        rule, bind.range, "'\(draft.name.value.text)' is open to the network and requires no key",
        help: "remove 'bind', and use a proxy that requires a key")
    }
  }
}
