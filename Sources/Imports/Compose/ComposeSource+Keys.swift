import Diagnostics
import Schema
import Text
import YAML

/// The keys of Compose files (compose-spec, schema/compose-spec.json).
extension ComposeSource {
  static let topKeys = [
    "services", "version", "name", "volumes", "networks", "secrets", "configs", "include", "models",
  ]

  /// The keys of a service that an import leaves out, with the reason.
  static let dropped: [String: String] = [
    "annotations": "see 'labels'", "attach": "the journal has the output",
    "blkio_config": "the kernel's default is kept",
    "cap_add": "amm drops all capabilities", "cap_drop": "amm drops all capabilities",
    "cgroup": "Podman determines it", "cgroup_parent": "Podman determines it",
    "configs": "mount the file as a volume",
    "container_name": "amm names the container after the instance",
    "cpu_count": "see 'limits: {cpu_cores: …}'", "cpu_percent": "see 'limits: {cpu_cores: …}'",
    "cpu_period": "see 'limits: {cpu_cores: …}'", "cpu_quota": "see 'limits: {cpu_cores: …}'",
    "cpu_rt_period": "the kernel's default is kept",
    "cpu_rt_runtime": "the kernel's default is kept",
    "cpu_shares": "the kernel's default is kept", "cpuset": "see 'limits: {cpu_cores: …}'",
    "credential_spec": "it is for Windows", "depends_on": "servers need no others",
    "develop": "it is for development",
    "device_cgroup_rules": "'gpus' gives the server its devices",
    "dns": "see 'quadlet: {Container: {DNS: …}}'",
    "dns_opt": "see 'quadlet: {Container: {DNSOption: …}}'",
    "dns_search": "see 'quadlet: {Container: {DNSSearch: …}}'",
    "domainname": "other containers reach the server by the instance's name",
    "expose": "all ports are open in the servers' network",
    "external_links": "servers share one network", "extra_hosts": "servers call no other machines",
    "group_add": "'keep_groups' is set for GPUs",
    "hostname": "other containers reach the server by the instance's name",
    "isolation": "it is for Windows", "label_file": "write the labels under 'labels'",
    "links": "servers share one network", "logging": "the journal has the output; see 'log_driver'",
    "mac_address": "Podman determines it", "mem_reservation": "a limit is enough: see 'limits'",
    "mem_swappiness": "the kernel's default is kept", "memswap_limit": "see 'limits: {ram: …}'",
    "models": "a server has its model in its own command",
    "networks": "servers share one network, 'network' in instances.yaml",
    "oom_kill_disable": "the kernel's default is kept",
    "oom_score_adj": "the kernel's default is kept", "pid": "servers need no other processes",
    "pids_limit": "Podman's limit is kept", "platform": "the engine chooses the machine's own",
    "post_start": "amm runs no commands in a server's container",
    "pre_stop": "amm runs no commands in a server's container",
    "privileged": "no server needs all rights of the machine",
    "provider": "it is no container", "pull_policy": "'amm lock' pins images",
    "pull_refresh_after": "'amm lock' pins images", "stdin_open": "servers read no input",
    "stop_grace_period": "the runtime determines it", "stop_signal": "the runtime determines it",
    "storage_opt": "the engine's default is kept",
    "sysctls": "see 'quadlet: {Container: {Sysctl: …}}'", "tmpfs": "see 'read_only'",
    "tty": "servers need no terminal",
    "use_api_socket": "no server needs the engine's socket",
    "userns_mode": "Podman maps users by itself", "uts": "the container has its own",
    "volumes_from": "name the volumes under 'volumes'", "working_dir": "the image determines it",
  ]

  /// All keys of a service.
  static let known =
    Array(dropped.keys).sorted() + [
      "image", "command", "entrypoint", "environment", "env_file", "ports", "volumes", "secrets",
      "deploy", "gpus", "runtime", "devices", "shm_size", "user", "mem_limit", "cpus", "read_only",
      "init", "ipc", "ulimits", "labels", "extends", "network_mode", "profiles", "healthcheck",
      "restart", "build", "scale", "security_opt",
    ]

  /// The keys of mappings within a service.
  private static let nested: [String: [String]] = [
    "deploy": [
      "mode", "endpoint_mode", "replicas", "labels", "rollback_config", "update_config",
      "resources", "restart_policy", "placement",
    ],
    "resources": ["limits", "reservations"],
    "limits": ["cpus", "memory", "pids"],
    "reservations": ["cpus", "memory", "generic_resources", "devices"],
    "devices": ["capabilities", "count", "device_ids", "driver", "options"],
    "healthcheck": [
      "disable", "interval", "retries", "test", "timeout", "start_period", "start_interval",
    ],
  ]

  /// Reports keys of a mapping that Compose does not have, also within it.
  mutating func checkKeys(of node: Node, _ name: String) {
    guard let known = Self.nested[name] else { return }
    for entry in node.entries ?? [] where !entry.key.hasPrefix("x-") {
      if known.contains(entry.key) {
        if name != "reservations" { checkKeys(of: entry.value, entry.key) }
        continue
      }
      tell(
        ImportRules.refused, entry.keyRange,
        "'\(name)' has no key '\(entry.key.abbreviated)'",
        help: Suggestion.help(
          for: entry.key, among: known, otherwise: "remove it: Compose refuses the file"))
    }
  }

  /// Records a key that no setting has, and reports one that Compose does not have.
  mutating func tellOther(
    _ entry: Node.Entry, _ key: Located<String>, into server: inout ForeignServer
  ) {
    if let reason = Self.dropped[entry.key] {
      return server.tell(key, .dropped, reason)
    }
    server.tell(key, .unknown, "Compose has no such key of a service, or amm does not know it")
    tell(
      ImportRules.refused, entry.keyRange, "a service has no key '\(entry.key.abbreviated)'",
      help: Suggestion.help(
        for: entry.key, among: Self.known, otherwise: "remove it: Compose refuses the file"))
  }

  /// Reports a value that is a text where Compose accepts only a list.
  mutating func checkForm(of entry: Node.Entry) {
    guard ["ports", "volumes", "profiles"].contains(entry.key),
      let scalar = entry.value.scalar, !scalar.isNull
    else { return }
    refuse(
      entry.value, "'\(entry.key)' is a list, found '\(scalar.text.abbreviated)'",
      help: "write '[…]' around the value")
  }

  /// Reports networks of a service that has the network of something else.
  mutating func checkNetwork(of service: Node) {
    guard let mode = service["network_mode"], mode.scalar.map({ !$0.isNull }) ?? false,
      let networks = service["networks"],
      !(networks.items ?? []).isEmpty || !(networks.entries ?? []).isEmpty
    else { return }
    refuse(
      mode, "'network_mode' and 'networks' exclude each other",
      help: "remove one of them")
  }

  /// Whether YAML reads a value as a number.
  static func isNumber(_ node: Node) -> Bool {
    guard let scalar = node.scalar, scalar.isPlain, !scalar.isNull else { return false }
    let text = scalar.text
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    return digits.utf8.contains(where: \.isASCIIDigit) && digits.utf8.count < 20
      && digits.utf8.allSatisfy { $0 == 0x2E || $0.isASCIIDigit }
      && digits.utf8.count { $0 == 0x2E } < 2
  }
}
