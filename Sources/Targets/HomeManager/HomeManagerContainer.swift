import Deployments
import Values

/// Renders a container as a value of home-manager's `services.podman.containers.<name>`.
///
/// The value is made from the quadlet unit, so that both have the same content. The image, network
/// and volumes use home-manager's typed options, which may rewrite them. All other keys go to
/// `extraConfig` as lists of complete, quoted values, which every version of home-manager prints
/// unchanged (24.11 to 26.05, modules/services/podman/linux/podman-lib.nix). Its typed options lose
/// quotes and spaces.
enum HomeManagerContainer {
  /// The prefix that home-manager adds to a container's name in its service's name.
  static let servicePrefix = "podman-"

  static func value(
    of container: Container, onDemand isOnDemand: Bool, for podman: PodmanVersion,
    adding additions: UnitAdditions
  ) -> Value {
    let unit = ContainerUnit(
      container, for: podman, onDemand: isOnDemand, adding: additions,
      servicePrefix: servicePrefix
    ).file
    var options = unit["Container"]
    if options.contains(where: { $0.key == "Label" }) {
      // The list replaces home-manager's own labels, and its cleanup requires this one.
      options.append(.init("Label", .assignment("nix.home-manager.managed", "true")))
    }
    let typed: Set = ["ContainerName", "Image", "Network", "Volume"]
    var sections: [Value.Member] = []
    let unitKeys = grouped(unit["Unit"].filter { $0.key != "Description" })
    if !unitKeys.isEmpty { sections.append(.init("Unit", .set(unitKeys))) }
    let container = grouped(options.filter { !typed.contains($0.key) }, asLists: true)
    sections.append(.init("Container", .set(container)))
    let quadlet = grouped(unit["Quadlet"])
    if !quadlet.isEmpty { sections.append(.init("Quadlet", .set(quadlet))) }
    sections.append(.init("Service", .set(grouped(unit["Service"]))))
    return .set([
      "image": options.texts("Image").first,
      "description": unit["Unit"].texts("Description").first,
      "autoStart": .boolean(!unit["Install"].isEmpty),
      "network": .list(options.texts("Network")),
      "volumes": .list(options.texts("Volume")),
      "extraConfig": .set(sections),
    ])
  }

  /// Returns the value of a plain unit of systemd for `systemd.user.sockets.<name>` or
  /// `systemd.user.services.<name>`.
  ///
  /// home-manager itself makes the links of [Install], and requires lists for that (home-manager
  /// 26.11, modules/systemd.nix).
  static func value(of unit: UnitFile) -> Value {
    .set(
      unit.sections.map { section in
        .init(section.name, .set(grouped(section.entries, asLists: section.name == "Install")))
      })
  }

  /// Returns the entries grouped by key, in the order of first occurrence.
  ///
  /// - Parameter asLists: Whether a single value also becomes a list, because lists are printed
  ///   unchanged. A section with keys that home-manager sets itself requires single values to
  ///   replace them.
  private static func grouped(
    _ entries: [UnitFile.Entry], asLists: Bool = false
  ) -> [Value.Member] {
    var groups: [(key: String, texts: [Value])] = []
    for entry in entries {
      let text = Value.text(entry.value.text)
      if let index = groups.lastIndex(where: { $0.key == entry.key }) {
        groups[index].texts.append(text)
      } else {
        groups.append((entry.key, [text]))
      }
    }
    return groups.map { key, texts in
      Value.Member(key, !asLists && texts.count == 1 ? texts[0] : .list(texts))
    }
  }
}

extension [UnitFile.Entry] {
  fileprivate func texts(_ key: String) -> [Value] {
    filter { $0.key == key }.map { .text($0.value.text) }
  }
}
