import Diagnostics
import Profiles
import Schema
import Text
import YAML

extension KubernetesSource {
  private static let dropped: [String: String] = [
    "restartPolicy": "amm restarts a server, and gives up after three failed starts",
    "terminationGracePeriodSeconds": "the runtime determines it",
    "nodeSelector": "see 'node_selector' of a target of the kind 'kubernetes'",
    "nodeName": "see 'node_selector' of a target of the kind 'kubernetes'",
    "affinity": "see 'node_selector' of a target of the kind 'kubernetes'",
    "tolerations": "see 'tolerations' of a target of the kind 'kubernetes'",
    "runtimeClassName": "see 'runtime_class' of a target of the kind 'kubernetes'",
    "topologySpreadConstraints": "amm writes it", "enableServiceLinks": "amm writes it",
    "automountServiceAccountToken": "servers do not call the API of a cluster",
    "serviceAccountName": "servers do not call the API of a cluster",
    "serviceAccount": "servers do not call the API of a cluster",
    "imagePullSecrets": "'podman login' stores credentials of registries",
    "priorityClassName": "a machine has no priorities of servers",
    "priority": "a machine has no priorities of servers",
    "preemptionPolicy": "a machine has no priorities of servers",
    "schedulerName": "a machine needs no scheduler", "hostname": "the instance's name reaches it",
    "subdomain": "the instance's name reaches it", "dnsPolicy": "Podman determines it",
    "dnsConfig": "see 'quadlet: {Container: {DNS: …}}'",
    "hostAliases": "servers call no other machines", "hostPID": "servers need no other processes",
    "activeDeadlineSeconds": "a server does not end",
    "setHostnameAsFQDN": "the instance's name reaches it",
    "hostUsers": "Podman maps users by itself",
    "readinessGates": "amm uses the server's own check", "os": "servers run on Linux",
    "overhead": "Podman needs none", "ephemeralContainers": "they are for debugging",
    "resourceClaims": "'gpus' names the GPUs", "resources": "'limits' are those of each server",
    "schedulingGates": "a machine needs no scheduler",
    "workloadRef": "a machine needs no scheduler",
    "hostnameOverride": "the instance's name reaches it",
  ]

  /// Reads the containers of a pod, of which each server becomes an instance.
  mutating func read(_ pod: Pod) {
    var servers: [ForeignServer] = []
    var fates = pod.fates
    let containers = pod.spec["containers"]?.items ?? []
    for node in containers {
      var server = container(node, of: pod, isOnly: containers.count == 1)
      guard Recognition.recognise(server) != nil else {
        // It is told by its own name.
        finishCompanion(&server, node, of: pod)
        servers.append(server)
        continue
      }
      finish(&server, node, of: pod)
      servers.append(server)
    }
    for entry in pod.spec.entries ?? [] { read(entry, of: pod, &fates, &servers) }
    let known = servers.indices.filter { Recognition.recognise(servers[$0]) != nil }
    if let first = known.first { servers[first].fates += fates }
    if known.count == 1, let only = known.first, containers.count > 1 {
      servers[only] = servers[only].renamed(pod.name)
    }
    file.servers += servers
  }

  /// Takes a container that creates a model of Ollama before the server; returns whether it is one.
  private mutating func takeStep(
    _ node: Node, of pod: Pod, _ servers: inout [ForeignServer]
  ) -> Bool {
    var step = container(node, of: pod, isOnly: false)
    guard OwnTraces.isStep(step),
      let owner = servers.firstIndex(where: {
        Recognition.recognise($0)?.runtime.pullsModels ?? false
      })
    else { return false }
    readMounts(node, of: pod, into: &step)
    OwnTraces.take(step, into: &servers[owner])
    return true
  }

  private mutating func read(
    _ entry: Node.Entry, of pod: Pod, _ fates: inout [Fate], _ servers: inout [ForeignServer]
  ) {
    let key = Located(entry.key, entry.keyRange)
    let isOn = entry.value.written?.value == "true"
    func tell(_ fate: Fate.Kind, _ reason: String = "") {
      fates.append(Fate(key: key, kind: fate, reason: reason))
    }
    switch entry.key {
    case "containers": return
    case "volumes": tell(.carried)
    case "initContainers":
      for one in entry.value.items ?? [] where !takeStep(one, of: pod, &servers) {
        let name = one["name"]?.written ?? Located("initContainers", entry.keyRange)
        fates.append(
          Fate(
            key: name, kind: .dropped,
            reason: "the server fetches its model itself, and other steps are done by hand"))
      }
    case "hostNetwork":
      tell(.changed, "'port' is the server's port on the machine")
      for index in servers.indices where isOn { servers[index].usesHostNetwork = true }
    case "shareProcessNamespace":
      tell(isOn ? .changed : .carried, "'init' has it")
      for index in servers.indices where isOn {
        servers[index].addSetting("init", Located("true", entry.value.range))
      }
    case "hostIPC":
      tell(.carried)
      for index in servers.indices where isOn {
        servers[index].addSetting("ipc", Located("host", entry.value.range))
      }
    case "securityContext":
      for setting in entry.value.entries ?? [] where setting.key == "runAsUser" {
        for index in servers.indices { setUser(entry.value, of: &servers[index], in: pod) }
      }
      tell(.changed, "'user' is the user; amm limits the server's rights")
    default:
      if let reason = Self.dropped[entry.key] { return tell(.dropped, reason) }
      tell(.unknown, "a pod has no such key, or amm does not know it")
      let known = [
        "containers", "initContainers", "volumes", "hostNetwork", "hostIPC", "securityContext",
        "shareProcessNamespace",
      ]
      tellKey(
        entry, "a pod has no key '\(entry.key.abbreviated)'",
        among: known + Self.dropped.keys.sorted())
    }
  }

  /// Sets the user of a `securityContext`, unless the container has one.
  func setUser(_ context: Node, of server: inout ForeignServer, in pod: Pod) {
    guard let user = context["runAsUser"]?.written,
      !server.settings.contains(where: { $0.key == "user" })
    else { return }
    let group = context.text("runAsGroup").map { ":" + $0 } ?? ""
    server.canWriteByGroup = pod.spec["securityContext"]?["fsGroup"] != nil
    server.settings.append(("user", Located(user.value + group, user.range)))
  }

  // MARK: Volumes

  /// Reads the places of a container's volumes.
  mutating func readMounts(_ node: Node, of pod: Pod, into server: inout ForeignServer) {
    for mount in node["volumeMounts"]?.items ?? [] {
      guard let name = mount["name"]?.written, let target = mount.text("mountPath") else {
        continue
      }
      let key = Located("volumeMounts.\(name.value)", name.range)
      server.otherMounts.insert(target)
      if pod.claims.contains(name.value) {
        server.places.append(
          Located(.init(source: name.value, target: target, isReadOnly: false), mount.range))
        continue
      }
      guard let volume = pod.volumes[name.value] else {
        server.tell(key, .unknown, "the pod has no such volume")
        continue
      }
      read(volume, at: target, mount, key, into: &server)
    }
  }

  /// Whether a container has a volume that an import does not read, which can have the models.
  func hasOtherVolumes(_ node: Node, of pod: Pod) -> Bool {
    let known: Set = [
      "name", "configMap", "downwardAPI", "emptyDir", "hostPath", "persistentVolumeClaim",
      "projected", "secret",
    ]
    return (node["volumeMounts"]?.items ?? []).contains { mount in
      guard let name = mount.text("name"), !pod.claims.contains(name) else { return false }
      return pod.volumes[name]?.entries?.contains { !known.contains($0.key) } ?? true
    }
  }

  /// Returns the size of a container's shared memory, which its memory includes; nil if none is set.
  func sharedMemory(_ node: Node, of pod: Pod) -> Int? {
    for mount in node["volumeMounts"]?.items ?? [] where mount.text("mountPath") == "/dev/shm" {
      guard let folder = mount.text("name").flatMap({ pod.volumes[$0] })?["emptyDir"],
        folder.text("medium") == "Memory"
      else { continue }
      return folder.text("sizeLimit").flatMap { KubernetesQuantity.bytes($0) }
    }
    return nil
  }

  private func read(
    _ volume: Node, at target: String, _ mount: Node, _ key: Located<String>,
    into server: inout ForeignServer
  ) {
    let isReadOnly = mount.text("readOnly") == "true"
    let below = mount["subPath"]?.written
    readContents(volume, at: target, below?.value, mount.range, into: &server)
    func add(_ source: String) {
      server.places.append(
        Located(.init(source: source, target: target, isReadOnly: isReadOnly), mount.range))
    }
    if let claim = volume["persistentVolumeClaim"] {
      add(claim.text("claimName") ?? key.value)
      if let below {
        server.tell(
          Located("subPath", below.range), .dropped, "Podman mounts a volume as a whole")
      }
    } else if let path = volume["hostPath"]?.text("path") {
      add(path + (below.map { "/" + $0.value } ?? ""))
    } else if let folder = volume["emptyDir"] {
      if target == "/dev/shm" {
        if let size = folder["sizeLimit"]?.written,
          let bytes = KubernetesQuantity.bytes(size.value)
        {
          server.settings.append(
            ("shm_size", Located(KubernetesQuantity.size(bytes), size.range)))
          server.tell(key, .changed, "'shm_size' is the size")
        } else {
          server.hasSharedMemory = true
          server.tell(key, .changed, "'shm_size' has a value for each runtime")
        }
      } else {
        server.scratch.insert(target)
        server.tell(
          key, server.isInstance ? .changed : .dropped,
          server.isInstance
            ? "amm writes it" : "it is empty after each start; see 'read_only' and 'cache'")
      }
    } else {
      let kind = volume.entries?.first { $0.key != "name" }?.key ?? "no source"
      server.unwritten.insert(target)
      server.tell(
        key, .dropped, "amm mounts folders of the machine and volumes, and this is '\(kind)'")
    }
  }
}

extension ForeignServer {
  /// Returns the server under another name.
  func renamed(_ name: Located<String>) -> ForeignServer {
    var server = self
    server.name = name
    return server
  }
}
