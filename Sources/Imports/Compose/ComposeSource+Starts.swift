import Diagnostics
import Profiles
import Schema
import Text
import YAML

/// When a service of Compose starts.
extension ComposeSource {
  /// Makes a server that starts by hand.
  private mutating func startByHand(
    _ key: Located<String>, _ reason: String, _ server: inout ForeignServer
  ) {
    server.settings.append(("start", Located("manual", key.range)))
    server.tell(key, .changed, reason)
  }

  /// Reads the profiles of a service, which starts only if one of them is chosen.
  mutating func readProfiles(
    _ node: Node, _ key: Located<String>, into server: inout ForeignServer
  ) {
    let names = (node.items ?? []).compactMap { text($0)?.value }
    guard !names.isEmpty else { return server.tell(key, .carried) }
    let chosen = (variables.value(of: "COMPOSE_PROFILES") ?? "").split(separator: ",").map(
      String.init)
    guard !chosen.contains(where: { $0 == "*" || names.contains($0) }) else {
      return server.tell(key, .dropped, "'COMPOSE_PROFILES' in '.env' chooses it")
    }
    server.isAlternative = true
    startByHand(key, "'start: manual' starts it by hand", &server)
  }

  /// Reports a service that waits for the health of a server without a check.
  mutating func checkHealth(for service: Node.Entry, _ services: [Node.Entry]) {
    for entry in service.value["depends_on"]?.entries ?? [] {
      guard let condition = entry.value["condition"],
        text(condition)?.value == "service_healthy",
        let server = services.first(where: { $0.key == entry.key })?.value,
        ["healthcheck", "build", "extends"].allSatisfy({ server[$0] == nil }),
        let image = text(server["image"]), !variables.open.contains(image.range),
        let runtime = Recognition.runtime(ofImage: image.value), !runtime.foreign.imageHasCheck
      else { continue }
      tell(
        condition,
        "'\(entry.key.abbreviated)' has no health check, so '\(service.key.abbreviated)' does not start",
        help:
          "add 'healthcheck' to '\(entry.key.abbreviated)', or write 'condition: service_started'")
    }
  }

  mutating func readReplicas(
    _ node: Node, _ key: Located<String>, into server: inout ForeignServer
  ) {
    switch text(node)?.value {
    case "0": startByHand(key, "'start: manual': Compose does not start it either", &server)
    case "1": server.tell(key, .carried)
    default: server.tell(key, .dropped, "an instance is one server; see 'replicas' of a cluster")
    }
  }

  mutating func readRestart(
    _ node: Node, _ key: Located<String>, into server: inout ForeignServer
  ) {
    guard let word = text(node), !variables.open.contains(word.range) else {
      return server.tell(key, .unknown, "its value is known only when the server starts")
    }
    let isNever = ["no", "false"].contains(word.value)
    let isKnown =
      isNever || ["always", "unless-stopped", "on-failure", ""].contains(word.value)
      || word.value.hasPrefix("on-failure:")
    if isNever {
      return startByHand(
        key, "'start: manual': the engine does not start it again after the machine starts", &server
      )
    }
    server.tell(
      key, .dropped, "amm restarts a server, and gives up after three failed starts")
    guard !isKnown else { return }
    tell(
      node, "'restart' cannot be '\(word.value.abbreviated)'",
      help: Suggestion.help(
        for: word.value, among: ["always", "unless-stopped", "on-failure"],
        otherwise: "write 'unless-stopped'"))
  }
}
