import Deployments
import Diagnostics
import Profiles
import Schema

/// Checks of the requirements of a profile for the instance that serves it.
extension WorkspaceChecks {
  static let quantizationOnGPU = WorkspaceCheck(
    Rule(
      "quantization-on-gpu",
      "The runtime does not support the quantization on the instance's GPUs.",
      Explanation(
        """
        The kernels for it do not exist for these GPUs. The server reports this only when it loads \
        the weights, after the download.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [amd]}
          # profiles/coding/demo.yaml
          parameters:
            quantization: awq
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [nvidia]}
          # profiles/coding/demo.yaml
          parameters:
            quantization: awq
          """,
        source: """
          TGI 3.3.7, server/text_generation_server/layers/gptq/__init__.py and models/causal_lm.py
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let profile = instance.active?.profile,
        let quantization = profile.parameters.quantization, !profile.hasFormer(quantization.value),
        case .refused(let reason, let instead) = profile.runtime.value.use(
          of: quantization.value, on: instance.processor)
      else { continue }
      collector.emit(
        rule, instance.name.range,
        "'\(instance.name.value.text)' cannot use '\(quantization.value.rawValue)': \(reason)",
        help: instead,
        notes: [profile.note(quantization.range, "the profile sets it here")])
    }
  }

  static let shardsOnGPUs = WorkspaceCheck(
    Rule(
      "too-few-gpus", "The instance has fewer GPUs than its model has shards.",
      Explanation(
        """
        Each shard requires its own GPU. If a shard finds none, it exits and the server stops.
        """,
        wrong: """
          # instances.yaml
          instances:
            main:
              port: 8080
              gpus: [nvidia.com/gpu=0, nvidia.com/gpu=1]
          # profiles/coding/demo.yaml
          parameters:
            num_shard: 4
          """,
        right: """
          # instances.yaml
          instances:
            main:
              port: 8080
              gpus: [nvidia.com/gpu=0, nvidia.com/gpu=1]
          # profiles/coding/demo.yaml
          parameters:
            num_shard: 2
          """,
        source: "TGI 3.3.7, launcher/src/main.rs"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let profile = instance.active?.profile, let shards = profile.shards,
        let count = workspace.gpuCount(of: instance), count < shards.value,
        // Without a GPU, one shard is the entire model.
        shards.value > 1 || instance.processor != .cpu
      else { continue }
      collector.emit(
        rule, instance.name.range,
        "'\(instance.name.value.text)' has \(Phrase.count(count, "GPU")) for a model in \(shards.value) shards",
        help: "lower the number of shards, or list more GPUs under 'gpus'",
        notes: [profile.note(shards.range, "the number of shards is set here")])
    }
  }

  /// Servers that reserve a share of a GPU's memory at startup (`Runtime.gpuShare`) must fit
  /// together.
  static let gpuShare = WorkspaceCheck(
    Rule(
      "gpu-share", .warning,
      "Servers that start automatically reserve more memory than their shared GPU has.",
      Explanation(
        """
        These servers reserve most of a GPU's memory at startup, independent of the model's size. \
        The second one finds too little memory and exits.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080}
            coding: {port: 8081}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
            coding: {port: 8081, start: manual}
          """,
        source: """
          TGI 3.3.7, server/text_generation_server/models/globals.py; vLLM 0.33.0, \
          vllm/config/cache.py
          """))
  ) { workspace, rule, collector in
    let planned = reportSharedCards(of: workspace, collector)
    // An instance with all GPUs of a kind uses each GPU that is named, and the entry for all of
    // them.
    let named = Set(workspace.instances.flatMap(workspace.devices))
      .sorted { $0.text < $1.text }
    var takers: [Accelerator: (first: Instance, sum: Double, others: Double)] = [:]
    // The memory that a process needs in addition to its share: half a GiB on GPUs with up to 96
    // GiB.
    let beside = 0.005
    let sharing = workspace.together(among: workspace.instances) { instance -> Double? in
      guard let profile = instance.active?.profile, instance.processor != .cpu else { return nil }
      return profile.runtime.value.gpuShare(of: profile)
    }
    for (instance, share) in sharing {
      let own = Set(workspace.devices(of: instance))
      let covered = named.filter { device in
        !planned.contains(device.text) && own.contains { $0.covers(device) }
      }
      var worst: (first: Instance, sum: Double)?
      for device in covered {
        let first = takers[device]?.first ?? instance
        let sum = (takers[device]?.sum ?? 0) + share
        let others = takers[device].map { $0.others + beside } ?? 0
        takers[device] = (first, sum, others)
        guard sum + others > 1.0001, sum > worst?.sum ?? 0 else { continue }
        worst = (first, sum)
      }
      guard let worst, worst.first.name.value != instance.name.value else { continue }
      collector.emit(
        rule, instance.name.range,
        "'\(worst.first.name.value.text)' and '\(instance.name.value.text)' share a GPU, and the servers on it reserve \(percent(worst.sum)) of its memory at startup",
        help:
          "put them into one 'exclusive' group, give each its own GPU, or lower the memory share in their profiles",
        notes: [collector.note(worst.first.name.range, "the other one is here")])
    }
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  static let gatedModel = WorkspaceCheck(
    Rule(
      "token-missing", "A gated model has no token.",
      Explanation(
        """
        The hub provides a gated model only to accounts that have accepted its terms. Without a \
        token, the download fails with status 401 and the server exits.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          model:
            gated: true
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, token: {secret: hf-token}}
          # profiles/coding/demo.yaml
          model:
            gated: true
          """,
        source: "TGI 3.3.7, docs/source/basic_tutorials/gated_model_access.md"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let profile = instance.active?.profile, let gated = profile.facts.gated,
        gated.value, case .huggingFace = profile.model,
        profile.runtime.value.tokenVariable(of: profile) != nil, instance.token == nil
      else { continue }
      collector.emit(
        rule, instance.name.range,
        "'\(instance.name.value.text)' has no token for the gated model '\(profile.model.text)'",
        help:
          "accept its terms on the hub; then \(workspace.helpForSecret(of: instance, named: "hf-token", key: "HF_TOKEN", setting: "token"))",
        notes: [profile.note(gated.range, "the model is declared as gated here")])
    }
  }
}

extension WorkspaceChecks {
  /// Checks the requirements of each runtime for the instances that serve its profiles.
  static func checkPlacements(of workspace: WorkspaceDraft, _ collector: DiagnosticCollector) {
    for instance in workspace.instances {
      let profiles = [instance.active].compactMap { $0?.profile }
      for profile in profiles + instance.more.compactMap({ $0.active?.profile }) {
        checkPlacement(of: profile, on: instance, in: workspace, collector)
      }
    }
  }

  private static func checkPlacement(
    of profile: Profile, on instance: Instance, in workspace: WorkspaceDraft,
    _ collector: DiagnosticCollector
  ) {
    let placement = workspace.placement(of: instance).planning(profile)
    for check in Checks.placement + profile.runtime.value.placementChecks {
      guard let objection = check.objection(profile, placement) else { continue }
      if objection.isInProfile {
        collector.emit(
          Diagnostic(
            check.rule, at: SourceLocation(profile.source, objection.range), objection.message,
            help: [objection.help],
            notes: [
              collector.note(
                instance.name.range, "'\(instance.name.value.text)' \(objection.note)")
            ]))
        continue
      }
      collector.emit(
        check.rule, instance.name.range,
        "'\(instance.name.value.text)' \(objection.message)", help: objection.help,
        notes: [profile.note(objection.range, objection.note)])
    }
  }
}

extension WorkspaceDraft {
  /// Returns the hardware that an instance's server runs on.
  func placement(of instance: Instance) -> Placement {
    Placement(
      processor: instance.processor, gpuCount: gpuCount(of: instance), cards: cards(of: instance),
      driver: host?.nvidiaDriver?.value, hasEnvironmentFile: instance.token?.value.file != nil)
  }
}

extension Profile {
  /// Returns a note at a place in the profile's file.
  func note(_ range: SourceRange, _ message: String) -> Diagnostic.Note {
    Diagnostic.Note(SourceLocation(source, range), message)
  }
}
