import Diagnostics
import Schema

extension QuadletReader {
  /// Adds what depends on several lines.
  mutating func finish() {
    finishGPUs()
    finishUser()
    finishRights()
    finishStart()
    finishOwn()
    finishProblems()
    if let podman {
      server.settings.append(
        ("podman", Located("\(podman.major).\(podman.minor)", podman.range)))
    }
  }

  private mutating func finishGPUs() {
    if let first = devices.first {
      // More devices than any machine has would take long.
      server.readDevices(devices.prefix(256).map(\.value), at: first.range)
    }
    guard let gpus = server.gpus else { return }
    let image = server.image?.value ?? ""
    let isIntel = showsCards || image.contains("intel") || image.contains("xpu")
    var names: [String] = []
    for written in gpus.value {
      let name = written.hasPrefix("vulkan") && isIntel ? "intel" + written.dropFirst(6) : written
      if !names.contains(name) { names.append(name) }
    }
    server.gpus = Located(names, gpus.range)
  }

  private mutating func finishUser() {
    guard let user else {
      guard let group else { return }
      return tell(
        ImportRules.refused, group.range,
        "'Group' has no 'User', so Podman's generator ignores the unit",
        help: "add 'User='")
    }
    let text = group.map { "\(user.value):\($0.value)" } ?? user.value
    server.addSetting("user", Located(text, user.range))
  }

  private mutating func finishRights() {
    let gpus = server.gpus?.value ?? []
    let disable = lines.last { $0.section == "Container" && $0.key.value == "SecurityLabelDisable" }
    if let disable {
      if !flag(disable) {
        server.tell(disable.key, .dropped, "write 'selinux' in the instance")
      } else if gpus.isEmpty {
        server.settings.append(("selinux", Located("off", disable.value.located.range)))
        server.tell(disable.key, .carried)
      } else {
        server.tell(disable.key, .changed, "amm sets it for GPUs")
      }
    }
    for (key, group) in groups {
      guard group == "keep-groups" else {
        server.tell(key, .dropped, "only 'keep_groups' adds groups")
        continue
      }
      let vendors = ["amd", "intel", "vulkan"]
      if gpus.contains(where: { gpu in vendors.contains { gpu.hasPrefix($0) } }) {
        server.tell(key, .changed, "amm sets it for these GPUs")
      } else {
        server.settings.append(("keep_groups", Located("true", key.range)))
        server.tell(key, .carried)
      }
    }
  }

  /// Reports a key of which the generator reads only the last line, and which the file has several times.
  private mutating func tellTwice() {
    // The lines of drop-ins replace those of the file.
    guard unit.dropIns.isEmpty, unit.places == nil else { return }
    var seen: Set<String> = []
    for line in lines
    where line.section == "Container"
      && ["Exec", "Image", "ContainerName"].contains(line.key.value)
    {
      if line.value.bytes.isEmpty {
        seen.remove(line.key.value)
      } else if !seen.insert(line.key.value).inserted {
        tell(
          ImportRules.unit, line.range,
          "'\(line.key.value)' is written twice, and only the last line counts",
          help: "write one line; a backslash at its end continues it")
      }
    }
  }

  private mutating func finishProblems() {
    for line in lines where UnitComment.follows(line.value.bytes, of: line.key.value) {
      tell(ImportRules.unit, line.range, UnitComment.message, help: UnitComment.help)
    }
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
    tellTwice()
    let keys = Set(
      lines.filter { $0.section == "Container" && !$0.value.bytes.isEmpty }.map(\.key.value))
    let (hasImage, hasRootfs) = (keys.contains("Image"), keys.contains("Rootfs"))
    if hasImage, hasRootfs {
      tell(
        ImportRules.refused, server.name.range,
        "'Image' and 'Rootfs' exclude each other, so Podman's generator ignores the unit",
        help: "remove 'Rootfs'")
    } else if !hasImage, !hasRootfs, findings.isEmpty {
      tell(
        ImportRules.refused, server.name.range,
        "the container has no 'Image', so Podman's generator ignores the unit",
        help: "write 'Image=' under '[Container]'")
    }
  }
}
