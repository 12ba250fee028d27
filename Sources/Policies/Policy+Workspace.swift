import Deployments
package import Diagnostics
import Profiles
import Schema
package import Workspaces

extension Policy {
  /// Returns the violations of the policy by the instances of a workspace: their images, mounts,
  /// ports and unchecked settings.
  ///
  /// Checks the deployment, in which defaults, links and locks are already applied.
  ///
  /// - Parameters:
  ///   - home: The user's home folder, or nil if it is not known.
  ///   - paths: Lookups of paths on the machine.
  package func judge(
    _ workspace: Workspace, home: String?, paths: MachinePaths
  ) -> [Diagnostic] {
    var ruling = Ruling(self, on: workspace.source)
    ruling.shut(
      document.apply, "apply", at: workspace.apply.commandRange,
      "the workspace defines the commands that 'amm switch' runs")
    for instance in workspace.instances {
      judgeDoors(instance, &ruling)
      judgePorts(instance, &ruling)
      guard let workload = workspace.deployment.workload(named: instance.name.value.text) else {
        continue
      }
      judgeImages(workload.containers.map(\.image), of: instance, &ruling)
      for mount in workload.containers.flatMap(\.mounts) {
        judge(mount, of: instance, home: home, paths, &ruling)
      }
      judgeVolumes(instance, &ruling)
    }
    for (instance, companion) in workspace.placedCompanions {
      judgeDoors(instance, &ruling)
      judgePorts(instance, &ruling)
      ruling.shut(
        document.arguments, "arguments",
        at: (companion.draft.section.arguments?.range
          ?? companion.draft.section.healthCommand?.range),
        "'\(instance.name.value.text)' sets what runs in its container")
      guard let container = companion.program?.container else { continue }
      judgeImages([container.image], of: instance, &ruling)
      for mount in container.mounts { judge(mount, of: instance, home: home, paths, &ruling) }
      judgeVolumes(instance, &ruling)
    }
    return ruling.diagnostics
  }

  private func judgeDoors(_ instance: Instance, _ ruling: inout Ruling) {
    ruling.shut(
      document.quadlet, "quadlet", at: instance.unitAdditions?.firstRange,
      "'\(instance.name.value.text)' adds keys to its unit")
    ruling.shut(
      document.arguments, "arguments", at: instance.entrypointRange,
      "'\(instance.name.value.text)' replaces the image's program")
    ruling.shut(
      document.environment, "environment", at: instance.firstVariableRange,
      "'\(instance.name.value.text)' sets environment variables")
  }

  private func judgePorts(_ instance: Instance, _ ruling: inout Ruling) {
    for opened in instance.openedPorts {
      if let allowed = document.ports, !allowed.value.ports.contains(opened.port.value) {
        ruling.refuse(
          PolicyRules.port, at: opened.port.range,
          "the policy does not allow port \(opened.port.value)",
          help: "the policy allows only \(allowed.value.text)", by: allowed.range)
      }
      if let rule = document.addresses, rule.value == .loopback, !opened.address.isLoopback {
        ruling.refuse(
          PolicyRules.port, at: opened.port.range,
          "port \(opened.port.value) is open on \(opened.address.text), but the policy allows access only from this machine",
          help: "remove 'bind', or set it to 127.0.0.1", by: rule.range)
      }
    }
    if let rule = document.addresses, rule.value == .loopback, let label = instance.firstLabelRange
    {
      ruling.refuse(
        PolicyRules.port, at: label,
        "labels of '\(instance.name.value.text)' can make a proxy expose it to other machines",
        help: "remove them", by: rule.range)
    }
  }

  private func judgeImages(
    _ images: [ImageReference], of instance: Instance, _ ruling: inout Ruling
  ) {
    var seen: Set<String> = []
    for image in images where seen.insert(image.text).inserted {
      // The profile's own image is checked with the profile.
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
          "'\(instance.name.value.text)' runs '\(image.text)', which is not pinned to a digest",
          help: "run 'amm lock', or add the digest after the image's tag", by: rule.range)
      }
    }
  }

  private func judgeVolumes(_ instance: Instance, _ ruling: inout Ruling) {
    guard let allowed = document.mounts else { return }
    for volume in instance.volumes {
      guard let name = volume.value.mount.store else { continue }
      ruling.refuse(
        PolicyRules.mount, at: volume.range,
        "'\(instance.name.value.text)' mounts the volume '\(name.text)', which may belong to another program",
        help: "mount a folder that the policy allows", by: allowed.range)
    }
  }

  private func judge(
    _ mount: Mount, of instance: Instance, home: String?, _ paths: MachinePaths,
    _ ruling: inout Ruling
  ) {
    // amm itself mounts this folder of GPU device links, so it is always allowed.
    guard let allowed = document.mounts, case .path(let path) = mount.source,
      path.text != "/dev/dri/by-path"
    else { return }
    let folders = allowed.value.compactMap { $0.value.absolute(home: home).map(Self.plain) }
    // A link in an allowed folder can point anywhere, and an allowed folder can itself be a link.
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
      ? " (a link in the path is broken)"
      : real == written ? "" : " (a link to '\(real ?? "")')"
    ruling.refuse(
      PolicyRules.mount, at: instance.range(ofMount: path) ?? instance.name.range,
      "'\(instance.name.value.text)' mounts '\(path.text)'\(leads), which the policy does not allow",
      help: allowed.value.isEmpty
        ? "the policy allows no folders"
        : "the policy allows only \(Phrase.allOf(allowed.value.map { "'\($0.value.text)'" }))",
      by: allowed.range)
  }

  /// Returns an absolute path without repeated or trailing slashes.
  private static func plain(_ path: String) -> String {
    "/" + path.split(separator: "/").joined(separator: "/")
  }
}

/// Lookups of paths on a machine.
package struct MachinePaths: Sendable {
  /// Returns an existing path with all links resolved, or nil if the path does not exist.
  let canonical: @Sendable (String) -> String?
  /// Returns whether a path exists, including as a broken link.
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

  /// Returns a path with all links resolved.
  ///
  /// If the path does not exist, resolves its nearest existing parent folder. Returns nil if a link
  /// in the path is broken, because it may point anywhere later.
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
