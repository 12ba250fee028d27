import Deployments
import Diagnostics
import Profiles
import Schema
import Values
import YAML

/// How SELinux protects the host's files from a container.
package enum SELinuxChoice: String, Sendable, CaseIterable {
  /// Mounts get a label that all containers can read.
  case shared
  /// Mounts get a label that only this container can read.
  case `private`
  /// The container runs without SELinux labels.
  case off
}

/// Whether a container's processes use the host's shared memory.
package enum IPCChoice: String, Sendable, CaseIterable { case `private`, host }

/// A host port and the container's port that it is forwarded to.
package struct PortChoice: Sendable {
  /// The host address, or nil for the instance's own.
  let address: BindAddress?
  let host: Port
  let container: Port

  var text: String {
    (address.map { $0.bracketed + ":" } ?? "") + "\(host.number):\(container.number)"
  }
}

/// The soft and hard limits of a resource, each nil for no limit.
package struct AmountChoice: Sendable {
  let soft: Int?
  let hard: Int?

  var text: String {
    func word(_ amount: Int?) -> String { amount.map(String.init) ?? "unlimited" }
    return soft == hard ? word(soft) : word(soft) + ":" + word(hard)
  }
}

extension ValueType where Value == PortChoice {
  /// `9100:9100`, optionally with a host address before it.
  static let ports = parsed(
    "a port as 'HOST:CONTAINER'",
    pattern: #"^((\[[0-9A-Fa-f:]+\]|[0-9.]+):)?[0-9]{1,5}:[0-9]{1,5}$"#,
    examples: ["9100:9100", "127.0.0.1:9100:9100"], plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    func port(_ text: Substring) -> Port? {
      text.utf8.count > 5 ? nil : Int(text).flatMap(Port.init)
    }
    let address = parts.dropLast(2).joined(separator: ":")
    let isBracketed = address.hasPrefix("[") && address.hasSuffix("]")
    let bind = BindAddress(isBracketed ? String(address.dropFirst().dropLast()) : address)
    guard parts.count >= 2, let container = port(parts[parts.count - 1]),
      let host = port(parts[parts.count - 2]), parts.count == 2 || bind != nil,
      isBracketed || parts.count <= 3
    else {
      throw Refusal(
        "must be 'HOST:CONTAINER' or 'ADDRESS:HOST:CONTAINER', found '\(text.abbreviated)'",
        help: "write '9100:9100', or '0.0.0.0:9100:9100' to open it to the network")
    }
    return PortChoice(address: bind, host: host, container: container)
  }
}

extension ValueType where Value == AmountChoice {
  /// `unlimited`, a number, or a soft and a hard limit.
  static let amount = parsed(
    "a number or 'unlimited'", pattern: "^(unlimited|[0-9]{1,12})(:(unlimited|[0-9]{1,12}))?$",
    numeric: true, examples: ["unlimited", "65536", "1024:65536"], plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var amounts: [Int?] = []
    for part in parts {
      if part == "unlimited" {
        amounts.append(nil)
      } else if part.utf8.count <= 12, let number = Int(part), number >= 0 {
        amounts.append(number)
      }
    }
    guard (1...2).contains(parts.count), amounts.count == parts.count,
      let soft = amounts.first, let hard = amounts.last
    else {
      throw Refusal(
        "must be a number, 'unlimited' or 'SOFT:HARD', found '\(text.abbreviated)'",
        help: "write 'memlock: unlimited' or 'nofile: 65536'")
    }
    if let hard, (soft ?? Int.max) > hard {
      throw Refusal("has a soft limit above its hard limit: '\(text.abbreviated)'")
    }
    return AmountChoice(soft: soft, hard: hard)
  }
}

extension ValueType where Value == ResourceLimit.Resource {
  /// A key of `ulimits:`.
  static let resource = parsed(
    "a kernel resource",
    pattern: "^(" + Value.allCases.map(\.rawValue).joined(separator: "|") + ")$",
    plain: { .text($0.rawValue) }
  ) { (text) throws(Refusal) in
    guard let resource = Value(rawValue: text) else {
      throw Refusal(
        "has the unknown resource '\(text.abbreviated)'",
        help: "the known resources are \(Phrase.allOf(Value.allCases.map(\.rawValue)))")
    }
    return resource
  }
}

extension ValueType where Value == ContainerLabel.Name {
  /// The name of a label.
  static let labelName = parsed(
    "a label's name", limit: 253,
    pattern:
      "^(?!(ai-models|com\\.docker\\.compose|io\\.podman\\.compose|nix\\.home-manager)\\."
      + "|io\\.containers\\.autoupdate|PODMAN_SYSTEMD_UNIT$)"
      + "[A-Za-z0-9][A-Za-z0-9._/-]*$",
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    if Value.isReserved(text) {
      throw Refusal(
        "has the label '\(text.abbreviated)', which is reserved for programs that manage containers",
        help: text == "io.containers.autoupdate" ? "write 'auto_update'" : "choose another name")
    }
    guard let name = ContainerLabel.Name(text) else {
      throw Refusal(
        "has the label '\(text.abbreviated)', but labels may contain only letters, digits, '.', '_', '-' and '/'"
      )
    }
    return name
  }
}

extension ValueType where Value == ContainerUser {
  /// `1000`, `1000:1000` or a name.
  static let user = parsed(
    "a user", pattern: "^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31}(:[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31})?$",
    numeric: true, examples: ["1000", "1000:1000"], plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let user = ContainerUser(text) else {
      throw Refusal(
        "must be a user such as '1000' or '1000:1000', found '\(text.abbreviated)'",
        help: "the largest number is \(Int32.max)")
    }
    return user
  }
}
