import Deployments
package import Diagnostics
import Profiles
import Schema
package import Workspaces

extension Policy {
  /// What the instances of a workspace break: what they are given of the machine, and what of it they open.
  ///
  /// It looks at the deployment, in which defaults, links and locks have become what is run.
  ///
  /// - Parameters:
  ///   - home: The user's home folder; nil where it is not known.
  ///   - paths: The machine's own.
  package func judge(
    _ workspace: Workspace, home: String?, paths: MachinePaths
  ) -> [Diagnostic] {
    var ruling = Ruling(self, on: workspace.source)
    ruling.shut(
      document.apply, "apply", at: workspace.apply.commandRange,
      "the workspace says which commands 'amm switch' runs")
    for instance in workspace.instances {
      judgeDoors(instance, &ruling)
      judgePorts(instance, &ruling)
      guard let workload = workspace.deployment.workload(named: instance.name.value.text) else {
        continue
      }
      judgeImages(workload, of: instance, &ruling)
      for mount in workload.containers.flatMap(\.mounts) {
        judge(mount, of: instance, home: home, paths, &ruling)
      }
      judgeVolumes(instance, &ruling)
    }
    return ruling.diagnostics
  }

  private func judgeDoors(_ instance: Instance, _ ruling: inout Ruling) {
    ruling.shut(
      document.quadlet, "quadlet", at: instance.unitAdditions?.firstRange,
      "'\(instance.name.value.text)' adds keys to its unit as they are")
    ruling.shut(
      document.arguments, "arguments", at: instance.entrypointRange,
      "'\(instance.name.value.text)' starts another program than the image's")
    ruling.shut(
      document.environment, "environment", at: instance.firstVariableRange,
      "'\(instance.name.value.text)' sets variables as they are")
  }

  private func judgePorts(_ instance: Instance, _ ruling: inout Ruling) {
    for opened in instance.openedPorts {
      if let allowed = document.ports, !allowed.value.ports.contains(opened.port.value) {
        ruling.refuse(
          PolicyRules.port, at: opened.port.range,
          "the policy does not allow the port \(opened.port.value)",
          help: "it allows \(allowed.value.text)", by: allowed.range)
      }
      if let rule = document.addresses, rule.value == .loopback, !opened.address.isLoopback {
        ruling.refuse(
          PolicyRules.port, at: opened.port.range,
          "the port \(opened.port.value) is opened at \(opened.address.text), and the policy wants this machine alone to reach it",
          help: "remove 'bind', or write 127.0.0.1", by: rule.range)
      }
    }
    if let rule = document.addresses, rule.value == .loopback, let label = instance.firstLabelRange
    {
      ruling.refuse(
        PolicyRules.port, at: label,
        "labels of '\(instance.name.value.text)' can make a proxy open it to other machines",
        help: "remove them", by: rule.range)
    }
  }

  private func judgeImages(
    _ workload: Workload, of instance: Instance, _ ruling: inout Ruling
  ) {
    var seen: Set<String> = []
    for image in workload.containers.map(\.image) where seen.insert(image.text).inserted {
      // That of a profile is told there.
      if let allowed = document.images, instance.active?.profile.image?.value.name != image.name,
        !Self.allows(image.name, allowed.value)
      {
        ruling.refuse(
          PolicyRules.image, at: instance.name.range,
          "'\(instance.name.value.text)' runs '\(image.name)', which the policy does not allow",
          help: Self.list(allowed.value), by: allowed.range)
      }
      if let rule = document.digests, rule.value == .required, image.digest == nil {
        ruling.refuse(
          PolicyRules.digest, at: instance.name.range,
          "'\(instance.name.value.text)' runs '\(image.text)', which is pinned to no digest",
          help: "run 'amm lock', or write the digest behind the image's tag", by: rule.range)
      }
    }
  }

  private func judgeVolumes(_ instance: Instance, _ ruling: inout Ruling) {
    guard let allowed = document.mounts else { return }
    for volume in instance.volumes {
      guard let name = volume.value.mount.store else { continue }
      ruling.refuse(
        PolicyRules.mount, at: volume.range,
        "'\(instance.name.value.text)' mounts the volume '\(name.text)', which may be another program's",
        help: "mount a folder that the policy allows", by: allowed.range)
    }
  }

  private func judge(
    _ mount: Mount, of instance: Instance, home: String?, _ paths: MachinePaths,
    _ ruling: inout Ruling
  ) {
    // Files of graphics that amm itself needs are no one's to choose.
    guard let allowed = document.mounts, case .path(let path) = mount.source,
      path.text != "/dev/dri/by-path"
    else { return }
    let folders = allowed.value.compactMap { $0.value.absolute(home: home).map(Self.plain) }
    // A link in an allowed folder can lead anywhere, and an allowed folder can be a link itself.
    let written = path.absolute(home: home).map(Self.plain)
    let real = written.flatMap(paths.real)
    let isAllowed = [written, real].allSatisfy { place in
      guard let place else { return false }
      return (folders + folders.compactMap(paths.canonical)).contains { folder in
        place == folder || place.hasPrefix(folder == "/" ? folder : folder + "/")
      }
    }
    guard !isAllowed else { return }
    let leads =
      real == nil
      ? " (a link on the way leads to nothing)"
      : real == written ? "" : " (a link to '\(real ?? "")')"
    ruling.refuse(
      PolicyRules.mount, at: instance.range(ofMount: path) ?? instance.name.range,
      "'\(instance.name.value.text)' mounts '\(path.text)'\(leads), which the policy does not allow",
      help: allowed.value.isEmpty
        ? "it allows no folder"
        : "it allows \(Phrase.allOf(allowed.value.map { "'\($0.value.text)'" }))",
      by: allowed.range)
  }

  /// Without slashes in a row or at the end.
  private static func plain(_ path: String) -> String {
    "/" + path.split(separator: "/").joined(separator: "/")
  }
}

/// What the paths of a machine lead to.
package struct MachinePaths: Sendable {
  /// The path that an existing one leads to, every link followed; nil for one that is not there.
  let canonical: @Sendable (String) -> String?
  /// Whether something stands at a path, be it a link that leads to nothing.
  let isThere: @Sendable (String) -> Bool

  /// - Parameters:
  ///   - canonical: See ``canonical``.
  ///   - isThere: See ``isThere``.
  package init(
    canonical: @escaping @Sendable (String) -> String?,
    isThere: @escaping @Sendable (String) -> Bool
  ) {
    self.canonical = canonical
    self.isThere = isThere
  }

  /// Where a path leads, of one that is not there where the nearest folder above it leads; nil where a link on
  /// the way leads to nothing, as it may lead anywhere later.
  func real(_ path: String) -> String? {
    var (above, below) = (path, "")
    while !above.isEmpty {
      if let found = canonical(above) { return (found == "/" ? "" : found) + below }
      guard !isThere(above), let slash = above.lastIndex(of: "/") else { return nil }
      below = above[slash...] + below
      above = String(above[..<slash])
    }
    return below
  }
}
