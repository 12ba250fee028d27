import Deployments
import Diagnostics
import Profiles
import Schema
import Text
import YAML

extension KubernetesSource {
  private static let dropped: [String: String] = [
    "imagePullPolicy": "'amm lock' pins images",
    "readinessProbe": "amm uses the server's own check",
    "lifecycle": "amm stops a server as its runtime requires",
    "workingDir": "the image determines it", "stdin": "servers read no input",
    "stdinOnce": "servers read no input", "tty": "servers need no terminal",
    "terminationMessagePath": "the journal has the output",
    "terminationMessagePolicy": "the journal has the output",
    "restartPolicy": "amm restarts a server, and gives up after three failed starts",
    "restartPolicyRules": "amm restarts a server, and gives up after three failed starts",
    "resizePolicy": "'limits' are set when a server starts",
    "volumeDevices": "servers need no block devices",
  ]
  private static let read = [
    "name", "image", "command", "args", "env", "envFrom", "ports", "resources", "volumeMounts",
    "securityContext", "startupProbe", "livenessProbe",
  ]

  /// Returns a container with what it takes to recognise its server.
  mutating func container(_ node: Node, of pod: Pod, isOnly: Bool) -> ForeignServer {
    let own = node["name"]?.written
    var server = ForeignServer(
      name: isOnly
        ? pod.name : own.map { Located("\(pod.name.value)-\($0.value)", $0.range) } ?? pod.name)
    if let image = node["image"]?.written.map(ForeignImage.init) {
      server.image = image.plain
      if image.hasTransport {
        file.tell(
          ImportRules.value, in: source, image.plain.range,
          ForeignImage.problem(for: "Kubernetes"), help: image.help)
      }
    }
    server.isInstance = pod.isInstance
    var variables = readVariables(node, into: &server)
    if let command = node["command"] { server.entrypoint = words(command, &variables, &server) }
    if let arguments = node["args"] { server.command = words(arguments, &variables, &server) }
    return server
  }

  /// Reads the rest of a server's container.
  mutating func finish(_ server: inout ForeignServer, _ node: Node, of pod: Pod) {
    server.settings += pod.settings
    server.checkedPaths = ["startupProbe", "readinessProbe", "livenessProbe"].compactMap {
      node[$0]?["httpGet"]?["path"]?.written
    }
    server.spannedNodes = pod.nodes
    server.description = pod.description
    for entry in node.entries ?? [] { read(entry, of: node, pod, into: &server) }
    if pod.isSpread {
      server.command = withoutSpan(server.command, &server)
      if let words = server.entrypoint { server.entrypoint = withoutSpan(words, &server) }
    }
    takeKeys(&server)
    // NVIDIA's runtime gives a container the GPUs of this variable, also without a device plugin.
    let seen = server.value(of: "NVIDIA_VISIBLE_DEVICES")
    if server.gpus == nil, let seen, !["", "void", "none"].contains(seen.value) {
      server.gpus = Located(["nvidia"], seen.range)
    }
    // The images for its GPUs set the variable.
    if server.gpus == nil, seen == nil, let runtime = pod.spec["runtimeClassName"]?.written,
      runtime.value == "nvidia"
    {
      server.gpus = Located(["nvidia"], runtime.range)
    }
    let inside = readPorts(node, of: pod, into: &server)
    if let inside, Recognition.recognise(server)?.runtime.needsImage ?? false {
      server.healthCheck = check(node, at: inside.port)
    }
    checkProbes(node, of: server, inside)
    checkServiceVariables(pod, server)
  }

  mutating func read(
    _ entry: Node.Entry, of node: Node, _ pod: Pod, into server: inout ForeignServer
  ) {
    let key = Located(entry.key, entry.keyRange)
    switch entry.key {
    case "name": return
    case "image", "command", "args", "env", "ports": server.tell(key, .carried)
    case "envFrom": return  // with the variables
    case "resources":
      readResources(entry.value, besides: sharedMemory(node, of: pod) ?? 0, into: &server)
      if hasOtherVolumes(node, of: pod) { server.diskLimit = nil }
      server.tell(key, .carried)
    case "volumeMounts":
      readMounts(node, of: pod, into: &server)
      server.tell(key, .carried)
    case "securityContext":
      setUser(entry.value, of: &server, in: pod)
      server.isPrivileged = entry.value.text("privileged") == "true"
      if entry.value.text("readOnlyRootFilesystem") == "true" {
        server.settings.append(("read_only", Located("true", entry.value.range)))
      }
      server.tell(key, .changed, "'user' is the user; amm limits the server's rights")
    case "startupProbe":
      let time = Self.time(of: entry.value)
      if pod.isInstance {
        if pod.isSpread, time != 1800 {
          server.settings.append(
            ("start_timeout", Located(String(time), entry.value.range)))
        }
        server.tell(key, .changed, "amm writes it")
      } else if time > 1800 {
        server.settings.append(
          ("start_timeout", Located(String(min(time, 86_400)), entry.value.range)))
        server.tell(key, .changed, "'start_timeout' is the time")
      } else {
        server.tell(
          key, .dropped, "'start_timeout' includes fetching the image, and is at least half an hour"
        )
      }
    case "livenessProbe":
      server.settings.append(("on_unhealthy", Located("restart", entry.keyRange)))
      server.tell(key, .changed, "'on_unhealthy: restart'")
    default:
      if let reason = Self.dropped[entry.key] { return server.tell(key, .dropped, reason) }
      server.tell(key, .unknown, "a container has no such key, or amm does not know it")
      tellKey(
        entry, "a container has no key '\(entry.key.abbreviated)'",
        among: Self.read + Self.dropped.keys.sorted())
    }
  }

  /// Returns words without those with which a server runs on several nodes, which amm sets.
  private func withoutSpan(
    _ words: [Located<String>], _ server: inout ForeignServer
  ) -> [Located<String>] {
    let options: Set = [
      "--nnodes", "--node-rank", "--master-addr", "--master-port", "--dist-init-addr", "--headless",
    ]
    var kept: [Located<String>] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      let name = String(word.value.prefix { $0 != "=" })
      guard options.contains(name) else {
        kept.append(word)
        continue
      }
      server.tell(Located(name, word.range), .changed, "'span' sets it")
      if name == word.value, name != "--headless" { _ = rest.popFirst() }
    }
    return kept
  }

  /// Takes keys and tokens that are arguments, `--api-key $(KEY)`, as variables with a secret.
  private func takeKeys(_ server: inout ForeignServer) {
    guard let runtime = Recognition.recognise(server)?.runtime else { return }
    var kept: [Located<String>] = []
    var rest = server.command[...]
    while let word = rest.popFirst() {
      let isKey = runtime.foreign.keys.contains(word.value)
      guard isKey || runtime.foreign.tokens.contains(word.value), let value = rest.first?.value,
        let place = server.secrets.firstIndex(where: { "$(\($0.variable.value))" == value }),
        let variable = isKey ? runtime.keyVariable?.text : "HF_TOKEN"
      else {
        kept.append(word)
        continue
      }
      _ = rest.popFirst()
      let secret = server.secrets[place]
      server.secrets[place].variable = Located(variable, secret.variable.range)
      server.tell(word, .changed, "the secret '\(secret.name)'")
    }
    server.command = kept
  }

  // MARK: Words and variables

  /// Returns the words of a list, with the references to variables replaced.
  private mutating func words(
    _ node: Node, _ variables: inout KubernetesVariables, _ server: inout ForeignServer
  ) -> [Located<String>] {
    let items = node.items ?? []
    // A shell replaces variables by itself.
    let shells: Set = ["sh", "bash", "ash", "dash", "zsh"]
    let all = (server.entrypoint ?? []).map(\.value) + items.compactMap { $0.scalar?.text }
    let hasShell = all.contains { word in
      shells.contains(word.split(separator: "/").last.map(String.init) ?? "")
    }
    return items.compactMap { item in
      guard let scalar = item.scalar else { return nil }
      var text = variables.apply(to: scalar.text)
      if variables.isOpen { server.open.insert(item.range) }
      for name in variables.unknown { tellUnset(name, at: item.range) }
      if !hasShell, let (name, value) = variables.shellReference(text) {
        file.tell(
          ImportRules.variable, in: source, item.range,
          "Kubernetes replaces only '$(\(name))', so '\(text.abbreviated)' stays as it is written",
          help: "write '$(\(name))'")
        if let value { text = value } else { server.open.insert(item.range) }
      }
      return Located(text, item.range)
    }
  }

  private mutating func tellUnset(_ name: String, at range: SourceRange) {
    // A shell in the container replaces what is a command: '$(nproc)', '$(seq 1 60)'.
    guard name.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }),
      name.utf8.contains(where: \.isASCIIUppercase) || name.utf8.contains(0x5F)
    else { return }
    file.tell(
      ImportRules.variable, in: source, range,
      "the container has no variable '\(name.abbreviated)', so '$(…)' stays as it is written",
      help: "set the variable under 'env', or write '$$(' for the characters themselves")
  }

  /// Reads the variables, each of which can use those before it.
  private mutating func readVariables(
    _ node: Node, into server: inout ForeignServer
  ) -> KubernetesVariables {
    var variables = KubernetesVariables()
    for one in node["envFrom"]?.items ?? [] { readAll(one, &variables, &server) }
    let keys = Self.secretKeys(of: node)
    for entry in node["env"]?.items ?? [] {
      guard let name = entry["name"]?.written else { continue }
      server.variables.removeAll { $0.name.value == name.value }
      if let place = entry["valueFrom"] {
        if let secret = place["secretKeyRef"] {
          let holder = secret.text("name") ?? name.value
          let isOne = keys[holder].map { $0.count < 2 } ?? true
          let key = secret.text("key") ?? ""
          // A secret of Podman has one value.
          let own = isOne ? holder : "\(holder)-\(ForeignNames.plain(key))"
          server.secrets.append(.init(variable: name, name: own, ofCluster: (holder, key)))
          server.tell(name, .changed, "the Podman secret '\(own)', which you create")
        } else if let reference = place["configMapKeyRef"],
          let value = configMaps[reference.text("name") ?? ""]?[reference.text("key") ?? ""]
        {
          variables.set(name.value, value)
          server.variables.append((name, value))
          server.tell(name, .changed, "the value is that of the ConfigMap")
          continue
        } else {
          server.open.insert(name.range)
          server.tell(name, .dropped, "only the cluster has the value")
        }
        variables.set(name.value, nil)
        continue
      }
      let text = variables.apply(to: entry["value"]?.scalar?.text ?? "")
      if variables.isOpen { server.open.insert(entry.range) }
      for unknown in variables.unknown { tellUnset(unknown, at: entry.range) }
      variables.set(name.value, text)
      server.variables.append((name, text))
    }
    return variables
  }

  /// Returns the keys that a container uses of each secret.
  private static func secretKeys(of node: Node) -> [String: Set<String>] {
    var keys: [String: Set<String>] = [:]
    for entry in node["env"]?.items ?? [] {
      guard let secret = entry["valueFrom"]?["secretKeyRef"], let name = secret.text("name") else {
        continue
      }
      keys[name, default: []].insert(secret.text("key") ?? "")
    }
    return keys
  }

  /// Reads all values of a ConfigMap or secret as variables.
  private func readAll(
    _ node: Node, _ variables: inout KubernetesVariables, _ server: inout ForeignServer
  ) {
    let prefix = node.text("prefix") ?? ""
    let key = Located("envFrom", node.range)
    if let name = node["configMapRef"]?.text("name"), let values = configMaps[name] {
      for (variable, value) in values.sorted(by: { $0.key < $1.key }) {
        variables.set(prefix + variable, value)
        server.variables.append((Located(prefix + variable, node.range), value))
      }
      server.tell(key, .changed, "the values are those of the ConfigMap '\(name)'")
    } else {
      variables.hasOthers = true
      server.tell(
        key, .dropped,
        node["secretRef"] == nil
          ? "only the cluster has the ConfigMap"
          : "name the variables of the secret under 'secrets'")
    }
  }
}
