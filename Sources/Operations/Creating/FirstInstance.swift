import Deployments
import Profiles
import Schema
import Targets

/// `instances.yaml` of a machine as it was found, with one instance and nothing to edit.
struct FirstInstance {
  /// Whether it runs on the processor, or on which card.
  let gpu: MachineSurvey.GPU?
  /// What it serves, by its path below `profiles/`.
  let profile: String
  private let survey: MachineSurvey
  private let resources: Resources

  /// The largest chat model that fits the largest card well, else any that fits, or the smallest one for a
  /// processor; of those that no newer one supersedes.
  ///
  /// - Parameter profiles: Those that come with amm, checked.
  /// - Returns: Nil where no profile is for such a machine.
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
    // On a processor a small model answers sooner.
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

  /// Whether a card has what a profile recommends; drivers show some less than stands on the box.
  private static func isComfortable(_ profile: Profile, on gpu: MachineSurvey.GPU) -> Bool {
    guard let wanted = profile.resources.gpuMemoryRecommended?.value.bytes else { return false }
    return wanted - wanted / 16 <= gpu.memory
  }

  /// By parameters, then by name.
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

  /// By memory, then by name, so that the choice is the same on machines that are.
  private static func order(_ one: (id: String, profile: Profile)) -> (Int, String) {
    (least(one.profile) ?? 0, one.id)
  }

  // MARK: The file

  var text: String {
    var lines = [
      "# The model servers of this machine, as 'amm init' found it. Which profile each of them serves",
      "# says the link active/<instance>.yaml; 'amm validate' checks it all, 'amm generate' writes",
      "# generated/.", "version: 1", "", "# The Podman network that all instances join.",
      "network: local-ai", "",
    ]
    lines += host + defaults
    lines += [
      "instances:", "  main:",
      "    port: \(survey.freePort)\(survey.freePort == 8080 ? "" : "          # the first from 8080 on that was free")",
      "    description: Language model",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var host: [String] {
    var lines = ["# What the machine has; amm tells when instances need more."]
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
    var lines = ["# What holds for every instance that does not say otherwise.", "defaults:"]
    if let gpu {
      let others = survey.gpus.count - 1
      lines.append(
        "  gpus: [\(gpu.device)]\(others > 0 ? "   # the largest; \(others) more under 'host'" : "")"
      )
    } else if let node = survey.otherGraphics.first {
      lines.append(
        "  gpus: []   # a card is there as well: [vulkan=\(node)] for llama.cpp and Ollama")
    } else {
      lines.append(
        survey.gpus.isEmpty
          ? "  gpus: []   # none was found"
          : "  gpus: []   # no profile fits the memory of the card")
    }
    if let podman = survey.podman {
      lines.append("  podman: \"\(podman.text)\"   # what 'podman --version' says")
    }
    if survey.isConfined {
      lines.append(
        "  # SELinux is on: what amm mounts gets a label; 'selinux:' says how, see docs/security.md"
      )
    }
    lines.append(
      "  # token: {secret: hf-token}   # for gated models: podman secret create hf-token FILE")
    return lines + [""]
  }
}
