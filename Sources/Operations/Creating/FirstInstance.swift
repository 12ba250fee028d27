import Deployments
import Profiles
import Schema
import Targets

/// `instances.yaml` for the surveyed machine, with one instance, ready to use.
struct FirstInstance {
  /// The card that it uses; nil for the processor.
  let gpu: MachineSurvey.GPU?
  /// The profile that it serves, as its path below `profiles/`.
  let profile: String
  private let survey: MachineSurvey
  private let resources: Resources

  /// Chooses the largest chat model that fits the largest card well, or any that fits, or the
  /// smallest one for a processor.
  ///
  /// Superseded models are not considered.
  ///
  /// - Parameter profiles: The profiles that come with amm, checked.
  /// - Returns: Nil if no profile suits the machine.
  init?(_ survey: MachineSurvey, among profiles: [(id: String, profile: Profile)]) {
    self.survey = survey
    let gpus = survey.gpus.sorted { $0.memory > $1.memory }
    for gpu in gpus {
      let fitting = profiles.filter { _, profile in
        Self.writes(profile) && profile.runtime.value.image(for: gpu.processor) != nil
          && (Self.least(profile).map { $0 <= gpu.memory } ?? false) && Self.fits(profile, survey)
      }
      let comfortable = fitting.filter { Self.isComfortable($0.profile, on: gpu) }
      let chosen = comfortable.isEmpty ? fitting : comfortable
      if let best = chosen.max(by: { Self.size($0) < Self.size($1) }) {
        (self.gpu, profile, resources) = (gpu, best.id, best.profile.resources)
        return
      }
    }
    // On a processor, a small model responds faster.
    let small = profiles.filter { _, profile in
      Self.writes(profile) && profile.runtime.value.image(for: .cpu) != nil
        && profile.runtime.value.spreadsModels
    }
    guard let best = small.min(by: { Self.order($0) < Self.order($1) }) else { return nil }
    (gpu, profile, resources) = (nil, best.id, best.profile.resources)
  }

  private static func writes(_ profile: Profile) -> Bool {
    profile.document.category?.value == "chat" && profile.facts.gated?.value != true
      && profile.facts.supersededBy == nil
  }

  /// Returns whether a card has the recommended memory.
  ///
  /// Drivers report slightly less than the nominal size.
  private static func isComfortable(_ profile: Profile, on gpu: MachineSurvey.GPU) -> Bool {
    guard let wanted = profile.resources.gpuMemoryRecommended?.value.bytes else { return false }
    return wanted - wanted / 16 <= gpu.memory
  }

  /// The order by parameters, then by name.
  private static func size(_ one: (id: String, profile: Profile)) -> (Int, String) {
    (one.profile.facts.parameters?.value ?? 0, one.id)
  }

  private static func least(_ profile: Profile) -> Int? {
    profile.resources.gpuMemoryMin?.value.bytes
  }

  private static func fits(_ profile: Profile, _ survey: MachineSurvey) -> Bool {
    guard let memory = survey.memory, let wanted = profile.resources.ram?.value.bytes else {
      return true
    }
    return wanted <= memory
  }

  /// The order by memory, then by name, so that the choice is reproducible.
  private static func order(_ one: (id: String, profile: Profile)) -> (Int, String) {
    (least(one.profile) ?? 0, one.id)
  }

  // MARK: The file

  var text: String {
    var lines = [
      "# The model servers of this machine, as 'amm init' found it. The link",
      "# active/<instance>.yaml selects the profile that each instance serves.",
      "# 'amm validate' checks everything, 'amm generate' writes generated/.", "version: 1", "",
      "# The Podman network that all instances join.",
      "network: local-ai", "",
    ]
    lines += host + defaults
    lines += [
      "instances:", "  main:",
      "    port: \(survey.freePort)\(survey.freePort == 8080 ? "" : "          # the first free port from 8080 on")",
      "    description: Language model",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var host: [String] {
    var lines = ["# The hardware of this machine. amm reports when instances need more."]
    var body: [String] = []
    if let driver = survey.nvidiaDriver { body.append("  nvidia_driver: \"\(driver)\"") }
    if !survey.gpus.isEmpty {
      body.append("  gpus:")
      for gpu in survey.gpus {
        body.append("    - device: \(gpu.device)")
        body.append("      memory: \(gpu.memory >> 20)MB")
        if let name = gpu.name { body.append("      name: \"\(name)\"") }
        if let uuid = gpu.uuid { body.append("      uuid: \(uuid)") }
      }
    }
    if let memory = survey.memory, (resources.ram?.value.bytes ?? 0) <= (memory >> 20) << 20 {
      body.append("  ram: \(memory >> 20)MB")
    }
    if let cores = survey.cores, (resources.cpuCores?.value ?? 0) <= cores {
      body.append("  cpu_cores: \(cores)")
    }
    guard !body.isEmpty else { return [] }
    lines += ["host:"] + body + [""]
    return lines
  }

  private var defaults: [String] {
    var lines = ["# Defaults for all instances. Each instance can override them.", "defaults:"]
    if let gpu {
      let others = survey.gpus.count - 1
      lines.append(
        "  gpus: [\(gpu.device)]\(others > 0 ? "   # the largest; \(others) more in 'host'" : "")"
      )
    } else if let node = survey.otherGraphics.first {
      lines.append(
        "  gpus: []   # or [vulkan=\(node)]: llama.cpp and Ollama can use this card")
    } else {
      lines.append(
        survey.gpus.isEmpty
          ? "  gpus: []   # no GPU was found"
          : "  gpus: []   # no profile fits the memory of the card")
    }
    if let podman = survey.podman {
      lines.append("  podman: \"\(podman.text)\"   # from 'podman --version'")
      if survey.waitsInVain {
        lines.append(
          "  wait_for_network: false   # nothing on this machine starts network-online.target")
      }
    }
    if survey.isConfined {
      lines.append("  # SELinux is on: amm labels what it mounts; 'selinux:' sets how")
    }
    lines.append(
      "  # token: {secret: hf-token}   # for gated models: podman secret create hf-token FILE")
    return lines + [""]
  }
}
