import Targets

/// Suggestions for keys that users know from Podman and Compose.
extension InstanceSettings {
  package static func meant(by key: String) -> String? {
    let word = key.lowercased().filter { $0 != "_" && $0 != "-" }
    if let own = words[word] { return own }
    let known = UnitKeys.names(.container).first { $0.lowercased() == word }
    return known.map { "write 'quadlet: {Container: {\($0): …}}'" }
  }

  private static let words: [String: String] = [
    "ports": "write 'extra_ports: [HOST:CONTAINER]' for ports besides 'port'",
    "publish": "write 'extra_ports: [HOST:CONTAINER]' for ports besides 'port'",
    "publishport": "write 'extra_ports: [HOST:CONTAINER]' for ports besides 'port'",
    "restart":
      "remove it: amm always restarts a server, until three starts have failed",
    "health": "write 'on_unhealthy: restart'; the runtime defines the health check",
    "healthcheck": "write 'on_unhealthy: restart'; the runtime defines the health check",
    "healthonfailure": "write 'on_unhealthy: restart'",
    "network":
      "'network' at the top of the file applies to all instances; for another network, write 'quadlet: {Container: {Network: NAME}}'",
    "networks": "write 'quadlet: {Container: {Network: NAME}}' for another network",
    "pod": "remove it: every server opens its own port",
    "devices": "write 'gpus'", "device": "write 'gpus'", "adddevice": "write 'gpus'",
    "env": "write 'environment'", "envfile": "write 'secrets: {NAME: {environment_file: PATH}}'",
    "environmentfile": "write 'secrets: {NAME: {environment_file: PATH}}'",
    "secret": "write 'secrets: {VARIABLE: SECRET}'",
    "label": "write 'labels'", "ulimit": "write 'ulimits'", "mounts": "write 'volumes'",
    "memory": "write 'limits: {ram: SIZE}'", "cpus": "write 'limits: {cpu_cores: N}'",
    "logging": "write 'log_driver'", "command": "write 'arguments' in the profile",
    "exec": "write 'arguments' in the profile", "image": "write 'container.image' in the profile",
    "privileged": "write only the required permissions under 'quadlet', with 'unsafe: true'",
    "capadd": "write 'quadlet: {unsafe: true, Container: {AddCapability: …}}'",
    "extrahosts": "write 'quadlet: {Container: {AddHost: …}}'",
    "userns": "write 'quadlet: {unsafe: true, Container: {UserNS: …}}'",
  ]
}
