import Deployments
import Diagnostics
import Host
import YAML

/// GPUs that instances use.
extension Examinations {
  func gpus() -> [Finding] {
    let devices = Set(plan.instances.flatMap(\.server.devices))
    let names = devices.compactMap { device in
      if case .nvidia(let name) = device { name } else { nil }
    }.sorted()
    return (names.isEmpty ? [] : [nvidia(names)]) + (devices.contains(.amd) ? [amd()] : [])
  }

  /// Whether CDI files describe the devices: Podman passes on no others.
  private func nvidia(_ names: [String]) -> Finding {
    let subject = "NVIDIA GPUs"
    let generate = "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"
    let known = Set(["/etc/cdi", "/var/run/cdi"].flatMap(Self.described))
    guard !known.isEmpty else {
      return Finding(
        subject, .error, "no CDI file describes them, so Podman cannot pass them on",
        fix: Subprocess.find("nvidia-ctk") != nil
          ? generate
          : PackageManager.command(
            for: "nvidia-container-toolkit",
            nixOS: "hardware.nvidia-container-toolkit.enable = true;") + ", then: \(generate)")
    }
    let missing = names.filter { !known.contains($0) }
    guard missing.isEmpty else {
      return Finding(
        subject, .error,
        "the CDI files know no \(Phrase.allOf(missing)), but \(Phrase.allOf(known.sorted()))",
        fix: generate)
    }
    return Finding(subject, .ok, "\(Phrase.allOf(names)) described for containers")
  }

  /// The names of the GPUs that a folder's CDI files describe, which are YAML or JSON.
  private static func described(in folder: String) -> [String] {
    ((try? Files.names(in: folder)) ?? []).flatMap { name -> [String] in
      guard let bytes = (try? Files.read(folder + "/" + name)) ?? nil,
        let root = Composer.compose(SourceFile(path: name, bytes: bytes)).value,
        root["kind"]?.text == "nvidia.com/gpu",
        case .sequence(let devices)? = root["devices"]?.content
      else { return [] }
      return devices.compactMap { $0["name"]?.text }
    }
  }

  private func amd() -> Finding {
    if Files.canReadAndWrite("/dev/kfd") {
      return Finding("AMD GPUs", .ok, "/dev/kfd can be opened")
    }
    guard ((try? Files.kind(of: "/dev/kfd")) ?? nil) != nil else {
      return Finding(
        "AMD GPUs", .error, "/dev/kfd is not there: the kernel has no amdgpu driver for compute",
        fix: "sudo modprobe amdgpu")
    }
    return Finding(
      "AMD GPUs", .error, "/dev/kfd is not yours to open",
      fix: "sudo usermod -aG video,render \(user ?? "$USER"), and log in again")
  }
}

extension Node {
  fileprivate subscript(key: String) -> Node? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  fileprivate var text: String? {
    if case .scalar(let scalar) = content { scalar.text } else { nil }
  }
}
