import Deployments
import Diagnostics
import Experiments
import Locks
import Memory
import Models
import Profiles
import Schema
import Targets
import Values
import Workspaces
import YAML

/// What arbitrary bytes are given to.
///
/// Each runs the pipeline as far as the bytes get, and stops the process where something holds that
/// must not: that is what libFuzzer looks for.
package enum FuzzTarget: String, CaseIterable {
  /// A profile: read, checked, served by an instance, rendered.
  case profile
  /// An `instances.yaml`, with profiles of three runtimes behind its links.
  case instances
  /// A workspace: both files, and several instances that serve the profile, all the way to files.
  case workspace
  /// What amm reads back of its own: lines of JSON and unit files.
  case records
  /// The file of an experiment, which programs write, too.
  case experiment
  /// A model's file: the head of a GGUF or safetensors file, or a configuration.
  case model
  /// A lock, and what hubs and registries answer, of which locks are made.
  case lock
  /// A file of another tool, and what belongs to it.
  case imports

  /// The target of this process, which libFuzzer gives no words to.
  nonisolated(unsafe) package static var chosen = FuzzTarget.profile

  /// Runs the target on one input, and ends the process if something holds that must not.
  package func run(_ bytes: [UInt8]) {
    switch self {
    case .profile: Self.readProfile(bytes)
    case .instances: Self.readInstances(bytes)
    case .workspace: Self.readWorkspace(bytes)
    case .records: Self.readRecords(bytes)
    case .experiment: Self.readExperiment(bytes)
    case .model: Self.readModel(bytes)
    case .lock: Self.readLock(bytes)
    case .imports: Self.readImport(bytes)
    }
  }

  /// A lock that is read is written, and read again as it was; paths lead nowhere else.
  private static func readLock(_ bytes: [UInt8]) {
    let file = SourceFile(path: "models.lock.json", bytes: bytes)
    let outcome = ModelLock.read(file)
    require((outcome.value == nil) == outcome.diagnostics.hasErrors, "wrong without a word")
    if let lock = outcome.value {
      let again = ModelLock.read(SourceFile(path: "models.lock.json", text: lock.text)).value
      require(again == lock, "a lock that changes when it is written")
      for (name, model) in lock.models {
        require(ModelName(key: name.key) == name, "a key of another name")
        require((model.size ?? 0) >= 0, "sizes below 0")
        require(
          LockDifference.sentences(model, model).isEmpty, "a model that differs from itself")
      }
    }
    if let repository = HubRepository(bytes) {
      for file in repository.files + (repository.needed(.quantization("Q4_K_M")) ?? []) {
        require(!("/" + file.path + "/").contains("/../"), "a file elsewhere")
      }
      _ = repository.needed(nil)
    }
    _ = RegistryAnswer(bytes)
  }

  /// A head that is read whole has as many tensors as it says; numbers are ones that checks can use.
  private static func readModel(_ bytes: [UInt8]) {
    var models = [ModelFacts(configuration: bytes)].compactMap { $0 }
    if let header = try? GGUFHeader(bytes) {
      require(!header.isWhole || header.tensors.count == header.tensorCount, "a tensor is missing")
      models.append(ModelFacts(header))
      require((WeightSizes([header])?.total ?? 0) >= 0, "sizes below 0")
    }
    if let header = try? SafetensorsHeader(bytes) {
      for tensor in header.tensors.values { require((tensor.count ?? 0) >= 0, "a count below 0") }
      require((WeightSizes([header])?.total ?? 0) >= 0, "sizes below 0")
    }
    for file in SafetensorsIndex(bytes)?.files ?? [] {
      require(!file.contains("/"), "a file elsewhere")
    }
    _ = GenerationDefaults(bytes)
    _ = ChatTemplate(tokenizer: bytes)
    _ = Pooling.mode(bytes)
    _ = OllamaManifest(bytes)
    for model in models {
      plan(model)
      for number in [model.layerCount, model.contextLength, model.headSize, model.parameters] {
        require((number ?? 1) > 0, "a number that is none")
      }
      let layers = model.layers.map(\.count).reduce(0, +)
      let most = (model.layerCount ?? 0) * 2
      require(layers == 0 || [most / 2, most].contains(layers), "a layer of no kind")
    }
  }

  /// Whatever a model's files say, its memory is a number that lies in its own range.
  private static func plan(_ model: ModelFacts) {
    let memory = 24 << 30
    let gpu = GPU(card: nil, memory: memory)
    let estimates = [
      try? VLLMMemory(model, VLLMSettings(), on: gpu).estimate,
      try? SGLangMemory(model, SGLangSettings(), memory: memory).estimate,
      try? TGIMemory(model, TGISettings(), memory: memory).estimate,
      try? TEIMemory(model, batchedTokens: nil, dataType: nil, memory: memory).estimate,
      try? LlamaCppMemory(model, LlamaCppSettings(), on: [memory]).estimate,
    ]
    for estimate in estimates.compactMap({ $0 }) {
      for term in estimate.terms + estimate.host {
        require(term.range.contains(term.bytes), "bytes outside of what they may be")
      }
      require(estimate.range.contains(estimate.bytes) || estimate.budget != nil, "a sum outside")
      if let capacity = estimate.capacity {
        require(capacity.range.contains(capacity.tokens), "tokens outside of what they may be")
        require(capacity.safest <= capacity.longest, "a worst case that is better")
      }
    }
  }

  private static func readProfile(_ bytes: [UInt8]) {
    let source = SourceFile(path: "profile.yaml", bytes: bytes)
    let outcome = Profile.read(source)
    Invariants.check(outcome.diagnostics)
    guard let profile = outcome.value else {
      require(outcome.diagnostics.hasErrors, "refused without a word")
      return
    }
    // The devices decide which image and which checks apply.
    for devices in ["[nvidia.com/gpu=all]", "[amd]", "[intel]", "[vulkan]", "[]"] {
      let file = SourceFile(
        path: "instances.yaml",
        text: "version: 1\ninstances: {main: {port: 8080, gpus: \(devices), podman: '5.8'}}\n")
      render(file, [ActiveProfile(id: "coding/main", profile: profile)])
    }
  }

  private static func readInstances(_ bytes: [UInt8]) {
    render(SourceFile(path: "instances.yaml", bytes: bytes), Fixtures.profiles)
  }

  /// What stands before a line `---` is `instances.yaml`, what stands after it the profile that all of
  /// its instances serve.
  ///
  /// Where the first is none, there are twelve instances on a host that says what it has, so that sums
  /// over them are made.
  private static func readWorkspace(_ bytes: [UInt8]) {
    let line = Array("\n---\n".utf8)
    let place = bytes.indices.first { bytes[$0...].starts(with: line) }
    let profileBytes = place.map { Array(bytes[($0 + line.count)...]) } ?? bytes
    let profileFile = SourceFile(path: "profile.yaml", bytes: profileBytes)
    guard let profile = Profile.read(profileFile).value else { return }
    let active = ActiveProfile(id: "coding/main", profile: profile)
    if let place {
      render(SourceFile(path: "instances.yaml", bytes: Array(bytes[..<place])), [active])
    }
    let instances = (0..<12).map { "i\($0): {port: \(8080 + $0)}" }.joined(separator: ", ")
    for host in [
      "{ram: 16GB, cpu_cores: 8}", "{ram: 8192TB, gpus: [{device: amd, memory: 8192TB}]}",
    ] {
      for gpus in ["[nvidia]", "[amd]", "[]"] {
        let text =
          "version: 1\nhost: \(host)\ndefaults: {gpus: \(gpus), podman: '5.8'}\n"
          + "instances: {\(instances)}\n"
        render(SourceFile(path: "instances.yaml", text: text), [active])
      }
    }
  }

  /// Every instance that the file declares serves one of the profiles.
  private static func render(_ source: SourceFile, _ profiles: [ActiveProfile]) {
    let location = WorkspaceLocation(
      activeFolder: "active", folder: "/home/me/ai-models", home: "/home/me")
    let outcome = Composer.compose(source).then { node in
      let document = InstancesDocument.read(node, DiagnosticCollector(source))
      let links = (document?.instances?.value ?? []).enumerated().map { index, pair in
        let profile = profiles[index % profiles.count]
        let name = pair.name.value.text
        return ActiveLink(
          instance: name, path: "active/\(name).yaml", state: .profile(profile.id, profile))
      }
      return Workspace.read(node, from: source, links: links, location: location)
    }
    Invariants.check(outcome.diagnostics)
    guard let workspace = outcome.value else {
      require(outcome.diagnostics.hasErrors, "refused without a word")
      return
    }
    let isTold =
      workspace.targets.entries.isEmpty
      && outcome.diagnostics.contains { $0.rule.code == "empty-target" }
    require(
      isTold || workspace.deployment.workloads.count == workspace.instances.count,
      "an instance is lost without a word")
    Invariants.check(workspace.files())
  }

  private static func readRecords(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let line = SourceFile(path: "history.jsonl", text: JSON.line(.set(["x": .text(text)])))
    guard case .mapping(let members)? = Composer.compose(json: line).value?.content,
      members.count == 1, case .scalar(let scalar) = members[0].value.content
    else { return require(false, "a line that amm wrote cannot be read") }
    require(scalar.text.utf8.elementsEqual(text.utf8), "a text is read otherwise than written")
    for part in bytes.split(separator: 0x0A) {
      Invariants.check(
        Composer.compose(json: SourceFile(path: line.path, bytes: Array(part))).diagnostics)
    }
    _ = try? UnitFileReader.read(text)
    _ = Secrets.redacted(text)
  }

  private static func readExperiment(_ bytes: [UInt8]) {
    let outcome = Experiment.read(SourceFile(path: "experiment.json", bytes: bytes))
    Invariants.check(outcome.diagnostics)
    guard let experiment = outcome.value else {
      require(outcome.diagnostics.hasErrors, "refused without a word")
      return
    }
    let text = experiment.text
    let again = Experiment.read(SourceFile(path: "experiment.json", text: text)).value
    require(again?.text.utf8.elementsEqual(text.utf8) == true, "written otherwise than it was read")
  }
}
