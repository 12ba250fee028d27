import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// What a container lacks of the machine's GPUs and memory.
extension ServerImport {
  /// The kinds of processors that names and tags of images have, and whether `gpus` names them.
  private static let processors: KeyValuePairs<StaticString, Bool> = [
    "cpu": false, "rocm": true, "intel": true, "vulkan": true, "xpu": true, "hpu": false,
    "gaudi": false, "neuron": false, "musa": true, "tpu": false, "ascend": false, "openvino": true,
    "s390x": false, "npu": false,
  ]

  /// The kind of processor that the image's name or tag has; nil if they have none.
  private var processor: (name: String, isGPU: Bool)? {
    let written = server.image?.value.lowercased() ?? ""
    let last = String(written.split(separator: "/").last ?? "")
    return Self.processors.first { last.holds($0.key) }.map { ($0.key.description, $0.value) }
  }

  /// Whether the image computes on something else than GPUs.
  var computesElsewhere: Bool { processor.map { !$0.isGPU } ?? false }

  /// Leaves out the names of GPUs that are known only when the server starts: it then gets all of their kind.
  mutating func leaveOutOpenGPUs() {
    func isOpen(_ name: String) -> Bool {
      NixSource.isOpen(name) || name.utf8.contains { [0x24, 0x25, 0x3C, 0x60].contains($0) }
    }
    guard let gpus = server.gpus, let open = gpus.value.first(where: isOpen) else { return }
    let kinds = ["nvidia", "amd", "intel", "vulkan"]
    let kind = kinds.first(where: open.hasPrefix) ?? "nvidia"
    server.gpus = Located([kind], gpus.range)
    server.hasOpenGPUs = true
    fates.append(
      Fate(
        key: Located("gpus", gpus.range), kind: .unknown,
        reason:
          "'\(open.abbreviatedName)' is known only when the server starts; the instance gets all GPUs"
      ))
  }

  /// The GPUs of an instance whose file gives its container none, because the engine's own settings do.
  ///
  /// With NVIDIA's runtime as the engine's default, a variable of the container or image selects the GPUs.
  var gpusOfEngine: [String] {
    guard server.isContainer, server.gpus == nil, words.needsGPU, processor == nil else {
      return []
    }
    let isSelected = server.value(of: "NVIDIA_VISIBLE_DEVICES").map { value in
      !["", "void", "none"].contains(value.value)
    }
    return isSelected ?? (split != nil) ? ["nvidia"] : []
  }

  /// Kinds of GPUs, by the beginnings of variables that only programs on them read.
  private static let kinds: KeyValuePairs<String, Processor> = [
    "GGML_VK_": .vulkan, "RADV_": .vulkan, "HSA_": .amd, "HIP_": .amd, "ROCR_": .amd,
    "ROCBLAS_": .amd, "GGML_SYCL_": .intel, "ONEAPI_": .intel, "SYCL_": .intel, "ZES_": .intel,
  ]

  /// Finds out the GPUs of a server that runs without a container, or says which ones its instance gets.
  mutating func assumeGPUs() {
    guard !server.isContainer, server.gpus == nil, !runtime.pullsModels else { return }
    let names = (recognised.variables + server.variables).map(\.name)
    for (start, kind) in Self.kinds {
      guard let found = names.first(where: { $0.value.hasPrefix(start) }),
        runtime.image(for: kind) != nil
      else { continue }
      server.gpus = Located([kind.rawValue], found.range)
      fates.append(
        Fate(
          key: Located("gpus", found.range), kind: .changed,
          reason: "'\(kind.rawValue)', because of '\(found.value)'"))
      return
    }
    guard !words.needsGPU, !names.contains(where: { $0.value.hasPrefix("CUDA_") }) else { return }
    fates.append(
      Fate(
        key: Located("gpus", server.name.range), kind: .changed,
        reason: "the command does not show them; the instance gets those of 'defaults', or NVIDIA's"
      ))
  }

  /// Says that the options of a version before all tables are not checked.
  mutating func tellUnchecked() {
    guard let table, table.isNewerThanImage, hasOwnImage, let image = server.image else { return }
    fates.append(
      Fate(
        key: Located("image", image.range), kind: .changed,
        reason:
          "\(runtime.name) \(table.release.text) is older than amm's tables, so its options are not checked"
      ))
  }

  /// The option that splits the model over GPUs; nil if it is not split.
  private var split: (key: String, value: String, origin: SourceRange)? {
    let keys = ["tensor_parallel_size", "tp_size", "num_shard", "pipeline_parallel_size", "tp"]
    return options.first { keys.contains($0.key) && (Int($0.value) ?? 1) > 1 }
  }

  /// Reports a container without the GPU that its image computes on, or with one that it does not use.
  mutating func tellGPUs() {
    guard let reference = server.image, !server.isOpen(reference), image != nil,
      !server.isPrivileged
    else { return }
    let written = reference.value.lowercased()
    let tag = String(written.dropFirst(Recognition.untagged(written).count))
    let gpus = server.gpus?.value ?? []
    if let processor {
      tellOther(processor.name, gpus)
    } else if isForNVIDIA(written) || tag.contains("cuda") && Recognition.starts(written) {
      let others = gpus.first { ["amd", "intel", "vulkan"].contains($0.prefix { $0 != "=" }) }
      guard server.gpus == nil || gpus.isEmpty || others != nil && Recognition.starts(written)
      else { return }
      tell(
        ImportRules.gpus, server.name.range,
        "'\(server.name.value.abbreviatedName)' gets no GPU, but its image computes on NVIDIA's",
        help: helpForOtherGPU(others)
          ?? "reserve GPUs for the container, or use the image for processors")
    } else if !words.needsGPU, !runtime.pullsModels, !gpus.isEmpty,
      words.images.contains(where: Recognition.untagged(written).hasSuffix)
    {
      tell(
        ImportRules.gpus, reference.range,
        "the image computes on the processor, so its GPU is not used",
        help: "use the image for the GPU, such as '\(gpuTag(for: gpus))'")
    }
  }

  /// Help for a container that has the devices of another vendor's GPUs; nil if it has none.
  private func helpForOtherGPU(_ gpu: String?) -> String? {
    guard let gpu, let kind = Processor(rawValue: String(gpu.prefix { $0 != "=" })) else {
      return nil
    }
    guard let image = runtime.image(for: kind) else {
      return "use an image for the GPU that the container gets"
    }
    return "use the image for its GPU, such as '\(image.name):\(image.tag ?? "")'"
  }

  /// Whether an image computes on NVIDIA's GPUs: one of the server, and not one in which it is installed.
  private func isForNVIDIA(_ image: String) -> Bool {
    words.needsGPU
      && (Recognition.runtime(ofImage: image) != nil || Recognition.isNamedAfterServer(image)
        || server.entrypoint == nil && recognised.others.isEmpty
        || ["cuda", "nvidia"].contains(where: image.contains))
  }

  private func gpuTag(for gpus: [String]) -> String {
    gpus.contains { $0.hasPrefix("amd") }
      ? "server-rocm" : gpus.contains { $0.hasPrefix("vulkan") } ? "server-vulkan" : "server-cuda"
  }

  private mutating func tellOther(_ processor: String, _ gpus: [String]) {
    if processor == "rocm", !gpus.contains(where: { $0.hasPrefix("amd") }) {
      tell(
        ImportRules.gpus, server.gpus?.range ?? server.name.range,
        "'\(server.name.value.abbreviatedName)' gets no AMD GPU, but its image computes on them",
        help: "give it the devices '/dev/kfd' and '/dev/dri'")
    } else if processor == "cpu", gpus.contains(where: { $0.hasPrefix("nvidia") }) {
      tell(
        ImportRules.gpus, server.gpus?.range ?? server.name.range,
        "the image computes on the processor, so its GPU is not used",
        help: "use the image for GPUs, or remove the reservation")
    }
  }

  /// Reports a server that is split over GPUs in a container with 64 MB of shared memory.
  mutating func tellSharedMemory() {
    guard server.isContainer, !server.hasSharedMemory,
      words.sharesMemory,
      !server.settings.contains(where: { ["ipc", "shm_size"].contains($0.key) }),
      !server.places.contains(where: { $0.value.target == "/dev/shm" })
    else { return }
    guard let split else { return }
    tell(
      ImportRules.sharedMemory, split.origin,
      "the parts of the model exchange data in shared memory, of which the container has 64 MB",
      help: helpForSharedMemory)
  }

  /// How the file gives the container more shared memory.
  private var helpForSharedMemory: String {
    switch server.kind {
    case .quadlet: "write 'ShmSize=', such as 'ShmSize=8g', or 'PodmanArgs=--ipc=host'"
    case .kubernetes: "mount an 'emptyDir' with 'medium: Memory' at '/dev/shm'"
    case .nix: "add '--shm-size=8g' or '--ipc=host' to 'extraOptions'"
    case .command, .llamaSwap, .systemd:
      "write '--shm-size', such as '--shm-size 8g', or '--ipc=host' before the image"
    case .compose, .modelfile, nil: "set 'shm_size', or use the machine's with 'ipc: host'"
    }
  }

  /// Reports a published port on which no server listens.
  mutating func tellPorts(inside: Int) {
    guard server.isContainer, !hasOpenPort else { return }
    tellHealthCheck(inside: inside)
    guard !server.usesHostNetwork else { return tellUnpublished(inside: inside) }
    let heard = address?.value ?? words.imageAddress
    let isLoopback = heard == "localhost" || heard.hasPrefix("127.") || heard == "::1"
    if isLoopback, !(address.map(server.isOpen) ?? false) {
      let option = words.addresses.first { $0.hasPrefix("--") } ?? words.addresses.first ?? ""
      tell(
        ImportRules.port, address?.range ?? server.name.range,
        "the server listens on \(heard) of its container, which no other program reaches",
        help: option.hasPrefix("--")
          ? "write '\(option) 0.0.0.0'" : "set '\(option)' to '0.0.0.0'")
    }
    guard let first = server.ports.first,
      !server.ports.contains(where: { $0.value.container == inside })
    else { return }
    tell(
      ImportRules.port, first.range,
      "the port \(first.value.container) of the container is opened, but the server listens on \(inside)",
      help:
        "open the port \(inside) of the container, or let the server listen on \(first.value.container)"
    )
  }

  /// Reports a port that is published for a container with the machine's own network, where nothing is published.
  private mutating func tellUnpublished(inside: Int) {
    // The ports of a cluster are those of its Services.
    guard server.kind != .kubernetes,
      let first = server.ports.first(where: { $0.value.host != nil }),
      let host = first.value.host,
      !server.ports.contains(where: { $0.value.host == inside || $0.value.host == nil })
    else { return }
    tell(
      ImportRules.port, first.range,
      "the container has the machine's own network, so the server is at port \(inside) and not at \(host)",
      help: "let the server listen on \(host), or remove the network 'host'")
  }

  /// Reports a health check with a program that the image lacks.
  private mutating func tellMissingProgram() {
    guard hasOwnImage else { return }
    for word in server.healthCheck {
      let parts = word.value.split { $0 == " " || $0 == "/" || $0 == "(" }.map(String.init)
      guard let missing = parts.first(where: words.missingPrograms.contains) else { continue }
      tell(
        ImportRules.value, word.range,
        "the image has no '\(missing)', so the check always fails",
        help: "check with the image's own program, or leave the check out")
      return
    }
  }

  /// Reports a health check that asks another port than the server's.
  private mutating func tellHealthCheck(inside: Int) {
    tellMissingProgram()
    let words = server.healthCheck + [server.healthCommand].compactMap(\.self)
    for word in words where !server.isOpen(word) {
      for host in ["localhost:", "127.0.0.1:", "0.0.0.0:"] {
        guard let found = word.value.firstRange(of: host) else { continue }
        let digits = word.value[found.upperBound...].prefix { $0.isASCII && $0.isNumber }
        guard let asked = Int(digits), asked != inside else { continue }
        tell(
          ImportRules.port, word.range,
          "the health check asks port \(asked), but the server listens on \(inside)",
          help: "write the port \(inside) in the check")
        return
      }
    }
  }
}
