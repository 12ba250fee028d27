import Diagnostics
import Schema

extension QuadletReader {
  /// Adds what depends on several lines.
  mutating func finish() {
    if let first = devices.first {
      server.readDevices(devices.map(\.value), at: first.range)
    }
    if let gpus = server.gpus {
      var names: [String] = []
      for name in gpus.value where !names.contains(name) { names.append(name) }
      server.gpus = Located(names, gpus.range)
    }
    finishUser()
    finishRights()
    finishStart()
    finishProblems()
    if let podman {
      server.settings.append(
        ("podman", Located("\(podman.major).\(podman.minor)", podman.range)))
    }
  }

  private mutating func finishUser() {
    guard let user else {
      guard let group else { return }
      return tell(
        ImportRules.unit, group.range,
        "'Group' has no 'User', so Podman's generator ignores the unit",
        help: "add 'User='")
    }
    let text = group.map { "\(user.value):\($0.value)" } ?? user.value
    server.addSetting("user", Located(text, user.range))
  }

  private mutating func finishRights() {
    let gpus = server.gpus?.value ?? []
    for line in lines where line.section == "Container" && !line.value.bytes.isEmpty {
      switch line.key.value {
      case "SecurityLabelDisable":
        if !flag(line) {
          server.tell(line.key, .dropped, "write 'selinux' in the instance")
        } else if gpus.isEmpty {
          server.settings.append(("selinux", Located("off", line.value.located.range)))
          server.tell(line.key, .carried)
        } else {
          server.tell(line.key, .changed, "amm sets it for GPUs")
        }
      case "GroupAdd":
        guard line.value.text == "keep-groups" else {
          server.tell(line.key, .dropped, "only 'keep_groups' adds groups")
          continue
        }
        if ["amd", "intel", "vulkan"].contains(where: { vendor in
          gpus.contains { $0.hasPrefix(vendor) }
        }) {
          server.tell(line.key, .changed, "amm sets it for these GPUs")
        } else {
          server.settings.append(("keep_groups", Located("true", line.value.located.range)))
          server.tell(line.key, .carried)
        }
      default: break
      }
    }
  }

  /// A unit that nothing wants starts only by hand.
  private mutating func finishStart() {
    let isWanted = lines.contains {
      $0.section == "Install" && ["WantedBy", "RequiredBy", "UpheldBy"].contains($0.key.value)
        && !$0.value.bytes.isEmpty
    }
    if !isWanted { server.settings.append(("start", Located("manual", server.name.range))) }
  }

  private mutating func finishProblems() {
    if expansion.isTemplate {
      let specifiers = ["%i", "%I", "%f", "%n", "%N"]
      if let line = lines.first(where: { line in
        specifiers.contains { line.value.text.contains($0) }
      }) {
        tell(
          ImportRules.unit, line.range,
          "the file is a template, so the name of its instance is not known",
          help: "copy it to 'NAME.container', with the instance's name in place of '%i'")
      }
    }
    let keys = Set(
      lines.filter { $0.section == "Container" && !$0.value.bytes.isEmpty }.map(\.key.value))
    guard keys.contains("Image") == keys.contains("Rootfs"), findings.isEmpty
    else { return }
    tell(
      ImportRules.unit, server.name.range,
      keys.contains("Image")
        ? "'Image' and 'Rootfs' exclude each other, so Podman's generator ignores the unit"
        : "the container has no 'Image', so Podman's generator ignores the unit",
      help: keys.contains("Image") ? "remove 'Rootfs'" : "write 'Image=' under '[Container]'")
  }
}
