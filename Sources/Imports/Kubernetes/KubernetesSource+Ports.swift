import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text
import YAML

extension KubernetesSource {
  /// A port that a server listens on, and whether the file names it.
  struct Inside {
    let port: Int
    let isNamed: Bool
    /// The ports that the container declares, by name.
    let names: [String: Int]
    /// The ports that the container declares.
    let declared: [Int]
  }

  /// Reads the ports by which clients reach a server: those of Services, or of the machine.
  mutating func readPorts(
    _ node: Node, of pod: Pod, into server: inout ForeignServer
  ) -> Inside? {
    let recognised = Recognition.recognise(server)
    var names: [String: Int] = [:]
    var declared: [(Located<Int>, host: Int?)] = []
    for port in node["ports"]?.items ?? [] {
      guard let written = port["containerPort"]?.written, let number = Int(written.value) else {
        continue
      }
      if let name = port.text("name") { names[name] = number }
      if port.text("protocol") ?? "TCP" == "TCP" {
        declared.append((Located(number, written.range), port.text("hostPort").flatMap { Int($0) }))
      }
    }
    let inside: Inside
    if let recognised {
      let words = recognised.runtime.foreign
      let variables = server.variables.filter { words.ports.contains($0.name.value) }
      let named =
        Self.port(of: recognised.arguments, words) ?? variables.last?.value.flatMap { Int($0) }
      // Only the object shows the port of a program that amm does not know.
      let own = recognised.runtime.needsImage ? declared.first?.0.value : nil
      inside = Inside(
        port: named ?? own ?? words.imagePort ?? words.standardPort, isNamed: named != nil,
        names: names, declared: declared.map(\.0.value))
    } else {
      inside = Inside(
        port: declared.first?.0.value ?? 0, isNamed: false, names: names,
        declared: declared.map(\.0.value))
    }
    var reached: Set<Int> = []
    let services = services(of: pod)
    let isReached = services.contains { service in
      service.ports.contains { Self.target(of: $0, inside) == inside.port }
    }
    for service in services {
      addAliases(of: service, to: &server)
      for port in service.ports {
        if isOfOthers(port, inside, node, of: pod) {
          server.tell(
            Located("Service \(service.name.value)", port.range), .dropped,
            "another container of the pod may listen on its port")
          continue
        }
        if !isReached, let target = Self.target(of: port, inside), target != inside.port,
          isOfOption(target, of: server)
        {
          server.tell(
            Located("Service \(service.name.value)", port.range), .dropped,
            "it is not the server's port for requests; see 'extra_ports'")
          continue
        }
        if let target = Self.target(of: port, inside), target != inside.port,
          inside.isNamed && !inside.declared.contains(target)
            || !isReached && isUnheard(target, inside, by: server, node, of: pod)
        {
          tellUnheard(port, target, of: service, inside)
          // No other port of the machine leads to the server.
          if !isReached { continue }
        }
        read(port, of: service, inside, &reached, into: &server)
      }
    }
    for (port, host) in declared {
      guard let host else { continue }
      reached.insert(port.value)
      server.ports.append(
        Located(.init(address: nil, host: host, container: port.value), port.range))
    }
    if !reached.contains(inside.port), !server.usesHostNetwork,
      let own = declared.first(where: { $0.0.value == inside.port })
    {
      server.ports.insert(
        Located(
          .init(
            address: "127.0.0.1", host: inside.port, container: inside.port, isOfOwnAddress: true),
          own.0.range),
        at: 0)
    }
    return inside
  }

  private mutating func read(
    _ port: Node, of service: Service, _ inside: Inside, _ reached: inout Set<Int>,
    into server: inout ForeignServer
  ) {
    guard port.text("protocol") ?? "TCP" == "TCP",
      let outside = port["port"]?.written, let number = Int(outside.value)
    else { return }
    let target = port["targetPort"]?.written ?? outside
    guard let container = Self.target(of: port, inside) else {
      return file.tellUnknown(
        target.value, in: source, target.range,
        "no port of the container has the name '\(target.value.abbreviated)', which the Service '\(service.name.value.abbreviated)' uses",
        rule: ImportRules.port, among: inside.names.keys.sorted(),
        otherwise: "name the port under 'ports' of the container")
    }
    guard reached.insert(container).inserted else {
      let isSame = number == container
      server.tell(
        Located("port \(number)", outside.range), isSame ? .changed : .dropped,
        isSame ? "other containers use the server's own port" : "another port leads to the same one"
      )
      return
    }
    let fixed = service.isOpen ? port.text("nodePort").flatMap { Int($0) } : nil
    server.ports.append(
      Located(
        .init(
          address: service.isOpen ? nil : "127.0.0.1", host: fixed ?? number, container: container,
          isOfOwnAddress: fixed == nil),
        outside.range))
    server.tell(
      Located("Service \(service.name.value)", service.name.range), .changed, "'port' is the port")
  }

  private static func port(of arguments: [Located<String>], _ words: ForeignWords) -> Int? {
    var found: Int?
    for (word, next) in zip(arguments, arguments.dropFirst().map(\.value) + [""]) {
      if words.ports.contains(word.value) { found = Int(next) ?? found }
      guard let equals = word.value.firstIndex(of: "=") else { continue }
      if words.ports.contains(String(word.value[..<equals])) {
        found = Int(word.value[word.value.index(after: equals)...]) ?? found
      }
    }
    return found
  }

  // MARK: Probes

  /// Returns the time that a probe lets pass before it fails for good, in seconds.
  static func time(of probe: Node) -> Int {
    number("initialDelaySeconds", 0, of: probe)
      + max(0, number("failureThreshold", 3, of: probe) - 1) * period(of: probe)
  }

  /// Returns the time between two tries of a probe, in seconds.
  private static func period(of probe: Node) -> Int { number("periodSeconds", 10, of: probe) }

  private static func number(_ key: String, _ standard: Int, of probe: Node) -> Int {
    probe.text(key).flatMap { Int($0) }.map { max(0, min($0, 1_000_000)) } ?? standard
  }

  /// Returns the command of a container's probe, as amm has it on a machine.
  func check(_ node: Node, at port: Int) -> [Located<String>] {
    guard let probe = node["readinessProbe"] else { return [] }
    if let path = probe["httpGet"]?["path"]?.written {
      return [Located(ServerInterface.query(of: path.value, at: port), path.range)]
    }
    return probe["exec"]?["command"]?.items?.last?.written.map { [$0] } ?? []
  }

  /// Reports probes of ports that the server does not listen on, and those that end it while it loads.
  mutating func checkProbes(_ node: Node, of server: ForeignServer, _ inside: Inside?) {
    guard let inside else { return }
    for key in ["startupProbe", "readinessProbe", "livenessProbe"] {
      guard let probe = node[key],
        let port = (probe["httpGet"] ?? probe["tcpSocket"] ?? probe["grpc"])?["port"]?.written
      else { continue }
      guard let number = Int(port.value) ?? inside.names[port.value] else {
        file.tellUnknown(
          port.value, in: source, port.range,
          "'\(key)' uses the port '\(port.value.abbreviated)', which the container does not have",
          rule: ImportRules.port, among: inside.names.keys.sorted(),
          otherwise: "name the port under 'ports' of the container")
        continue
      }
      guard number != inside.port, inside.isNamed || !inside.declared.contains(number) else {
        continue
      }
      file.tell(
        ImportRules.port, in: source, port.range,
        "'\(key)' uses port \(number), but the server listens on port \(inside.port)",
        help: "write 'port: \(inside.port)'")
    }
    guard let liveness = node["livenessProbe"], node["startupProbe"] == nil else { return }
    // The time that the documentation counts: the last failure is up to one period later.
    let time = Self.time(of: liveness) + Self.period(of: liveness)
    guard
      time < 120,
      // Servers of Ollama load a model when a request names it.
      Recognition.recognise(server)?.runtime.pullsModels == false
    else { return }
    file.tell(
      ImportRules.probe, in: source, liveness.range,
      "'livenessProbe' restarts the server after \(time) s, while it still loads its model",
      help: "add a 'startupProbe' with enough failures for the model to load")
  }

  /// Reports a Service whose variables the server reads as its own.
  ///
  /// A Service `chat` gives each pod of its namespace the variable CHAT_PORT, with an address.
  mutating func checkServiceVariables(_ pod: Pod, _ server: ForeignServer) {
    guard let runtime = Recognition.recognise(server)?.runtime,
      pod.spec.text("enableServiceLinks") != "false",
      let table = LauncherTable(
        runtime, image: server.image.flatMap { ImageReference(ServerImport.qualified($0.value)) })
    else { return }
    for service in services(of: pod) {
      let variable =
        service.name.value.uppercased().replacing("-", with: "_").replacing(".", with: "_")
        + "_PORT"
      guard table.catalogue.variable(named: variable) != nil,
        !server.variables.contains(where: { $0.name.value == variable })
      else { continue }
      file.tell(
        ImportRules.port, in: source, service.name.range,
        "the Service '\(service.name.value.abbreviated)' sets '\(variable)' to an address, and the server reads it as a port",
        help: "rename the Service, or write 'enableServiceLinks: false' for the pod")
    }
  }
}
