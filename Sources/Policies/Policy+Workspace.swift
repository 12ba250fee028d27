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
  ///   - canonical: The path that an existing one leads to, every link followed; nil for one that is not
  ///     there.
  package func judge(
    _ workspace: Workspace, home: String?, canonical: (String) -> String?
  ) -> [Diagnostic] {
    var ruling = Ruling(self, on: workspace.source)
    for instance in workspace.instances {
      judgeDoors(instance, &ruling)
      judgePorts(instance, &ruling)
      guard let workload = workspace.deployment.workload(named: instance.name.value.text) else {
        continue
      }
      judgeImages(workload, of: instance, &ruling)
      for mount in workload.containers.flatMap(\.mounts) {
        judge(mount, of: instance, home: home, canonical: canonical, &ruling)
      }
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

  private func judge(
    _ mount: Mount, of instance: Instance, home: String?, canonical: (String) -> String?,
    _ ruling: inout Ruling
  ) {
    guard let allowed = document.mounts, case .path(let path) = mount.source else { return }
    let folders = allowed.value.compactMap { $0.value.absolute(home: home) }
    // A link in an allowed folder can lead anywhere, and an allowed folder can be a link itself.
    let written = path.absolute(home: home)
    let places = [written, written.flatMap { Self.real($0, canonical) }].compactMap { $0 }
    let isAllowed =
      !places.isEmpty
      && places.allSatisfy { place in
        (folders + folders.compactMap(canonical)).contains { folder in
          let folder = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
          return place == folder || place.hasPrefix(folder + "/")
        }
      }
    guard !isAllowed else { return }
    let real = places.last.flatMap { $0 == written ? nil : $0 }
    ruling.refuse(
      PolicyRules.mount, at: instance.range(ofMount: path) ?? instance.name.range,
      "'\(instance.name.value.text)' mounts '\(path.text)'\(real.map { ", which leads to '\($0)'," } ?? ""), which the policy does not allow",
      help: allowed.value.isEmpty
        ? "it allows no folder"
        : "it allows \(Phrase.allOf(allowed.value.map { "'\($0.value.text)'" }))",
      by: allowed.range)
  }

  /// Where a path leads; for one that is not there, where the nearest folder above it that is leads.
  private static func real(_ path: String, _ canonical: (String) -> String?) -> String? {
    var (above, below) = (path, "")
    while !above.isEmpty {
      if let found = canonical(above) { return (found == "/" ? "" : found) + below }
      guard let slash = above.lastIndex(of: "/") else { return nil }
      below = above[slash...] + below
      above = String(above[..<slash])
    }
    return nil
  }
}
