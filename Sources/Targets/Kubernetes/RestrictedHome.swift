import Deployments
import Diagnostics

/// The home folder of servers that do not run as root.
///
/// Most images keep models and caches below '/root', which only root can enter. With
/// `security: restricted`, or a user of its own, a server has another home, which it can write to, and what
/// would be below '/root' is below that.
enum RestrictedHome {
  private static let root = "/root"
  private static let home = "/home/server"
  /// The user and group of servers for which the instance sets none.
  private static let user = 1000

  /// Returns a container whose home is not root's.
  static func moved(_ member: ClusterPod.Member) -> ClusterPod.Member {
    var member = member
    member.user = member.user ?? (user, user)
    member.volumes = member.volumes.map { volume in
      guard let place = ContainerPath(moved(volume.place.text)) else { return volume }
      return .init(
        name: volume.name, source: volume.source, place: place, isReadOnly: volume.isReadOnly)
    }
    member.volumes = folders(above: member.volumes) + member.volumes
    var variables = member.variables.map { variable in
      guard case .text(let text) = variable.source else { return variable }
      return ClusterPod.Variable(name: variable.name, source: .text(text.replacing(moved)))
    }
    // Python looks the user up in /etc/passwd unless a variable has the name.
    for (name, value) in [("HOME", home), ("USER", "server")] {
      guard !variables.contains(where: { $0.name.text == name }),
        let name = EnvironmentVariable.Name(name)
      else { continue }
      variables.append(.init(name: name, source: .text(ExpandedText(value))))
    }
    member.variables = variables.sorted { $0.name.text < $1.name.text }
    member.arguments = member.arguments.map { $0.replacing(moved) }
    return member
  }

  /// Returns the home folder, and the folders between it and mounts.
  ///
  /// Otherwise, the engine would create the folders in between for root.
  private static func folders(above volumes: [ClusterPod.Volume]) -> [ClusterPod.Volume] {
    var places: Set<String> = [home]
    for volume in volumes where volume.place.text.hasPrefix(home + "/") {
      var parts = volume.place.text.dropFirst(home.utf8.count + 1).split(separator: "/").dropLast()
      while !parts.isEmpty {
        places.insert(home + "/" + parts.joined(separator: "/"))
        parts = parts.dropLast()
      }
    }
    let taken = Set(volumes.map(\.place.text))
    return places.subtracting(taken).sorted().enumerated().compactMap { number, place in
      guard let name = ClusterName(number == 0 ? "home" : "home-\(number)"),
        let place = ContainerPath(place)
      else { return nil }
      return .init(name: name, source: .temporary, place: place)
    }
  }

  private static func moved(_ path: String) -> String {
    guard path.contains(root) else { return path }
    var out = ""
    var rest = path[...]
    while let found = rest.firstRange(of: root) {
      let before = rest[..<found.lowerBound].last ?? out.last
      let after = rest[found.upperBound...].first
      // A path of its own, and not a part of another one, such as '/data/root' or '/rootless'.
      let begins = before.map { !$0.isLetter && !$0.isNumber && !"/._-~".contains($0) } ?? true
      let ends = after.map { !$0.isLetter && !$0.isNumber && !"._-".contains($0) } ?? true
      out += rest[..<found.lowerBound] + (begins && ends ? home : root)
      rest = rest[found.upperBound...]
    }
    return out + rest
  }
}

extension KubernetesLowering {
  /// Objects to rights that `security: restricted` refuses.
  mutating func objectToRights(of container: Container, _ name: ResourceName) {
    guard settings.security == .restricted else { return }
    let security = container.security
    if security.user.map({ $0.user == "root" || Int($0.user) == 0 }) ?? false {
      object(
        to: name, .setting("user"), KubernetesObjections.setting,
        "'\(name.text)' would run as root, which 'security: restricted' refuses",
        help: "remove the line, or write 'user: \"1000\"'")
    }
    if security.gainsPrivileges || security.capabilities == .ofEngine {
      object(
        to: name, .name, KubernetesObjections.setting,
        "'\(name.text)' needs rights that 'security: restricted' refuses",
        help: "give it a target with 'security: baseline'")
    }
  }
}
