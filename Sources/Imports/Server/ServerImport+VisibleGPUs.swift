import Diagnostics
import Profiles
import Schema
import Text

/// Variables that let a server see some of its GPUs.
extension ServerImport {
  /// Takes a variable that lets the server see some GPUs only.
  mutating func takeGPUs(_ name: Located<String>, _ value: Located<String>?) {
    guard let value, !server.isOpen(value) else {
      fates.append(
        Fate(key: name, kind: .unknown, reason: "its value is known only when the server starts"))
      return
    }
    // If the engine gives it no devices, NVIDIA's variable does not either.
    if name.value != "NVIDIA_VISIBLE_DEVICES", value.value == "all" {
      tell(
        ImportRules.value, name.range, "'all' is no number of a GPU, so the server sees none",
        help: "remove the variable, or write the numbers of GPUs, such as '0,1'")
    }
    let isOfMachine = name.value == "NVIDIA_VISIBLE_DEVICES"
    if isOfMachine, server.requestsGPUs { return takeReplaced(name, value) }
    let given = server.gpus?.value
    let hasNone = server.isContainer && given == nil
    if hasNone, isOfMachine, !gpusOfEngine.isEmpty {
      fates.append(Fate(key: name, kind: .changed, reason: "'gpus' names the GPUs"))
      return
    }
    if !hasNone, server.restrictGPUs(to: value.value, at: name.range, ofMachine: isOfMachine) {
      fates.append(Fate(key: name, kind: .changed, reason: "'gpus' names the GPUs"))
    } else {
      let count = given?.count ?? 0
      if name.value == "CUDA_VISIBLE_DEVICES" { tellRenumbered(name, value) }
      fates.append(
        Fate(
          key: name, kind: .dropped,
          reason: hasNone
            ? "'gpus' names the GPUs, and the file gives it none"
            : isOfMachine
              ? "'gpus' names other GPUs, which the file gives it as well"
              : "it counts the GPUs of the container from 0, which has \(count)"))
    }
  }

  /// Takes NVIDIA's variable of a container for which the file asks the engine for GPUs.
  ///
  /// The engine adds the variable again with the GPUs of the request, and the last one counts (moby 28,
  /// daemon/nvidia_linux.go; nvidia-container-toolkit 1.17, internal/config/image/builder.go).
  private mutating func takeReplaced(_ name: Located<String>, _ value: Located<String>) {
    let given = server.gpus?.value ?? []
    let named = value.value.split(separator: ",").map { "nvidia.com/gpu=" + String($0).trimmed }
    fates.append(
      Fate(
        key: name, kind: .changed,
        reason: "the engine sets it to the GPUs that the file asks for, which 'gpus' names"))
    guard value.value != "all", named != given else { return }
    let count = given == ["nvidia"] ? "all GPUs" : Phrase.count(given.count, "GPU")
    tell(
      ImportRules.unread, name.range,
      "'\(name.value)' has no effect, because the file asks the engine for \(count)",
      help:
        "name the GPU where the file asks for it: with 'device_ids' in a reservation, or 'device=' after '--gpus'"
    )
  }

  /// Reports numbers of GPUs that the container does not have, because CUDA counts its GPUs from 0.
  private mutating func tellRenumbered(_ name: Located<String>, _ value: Located<String>) {
    let given = server.gpus?.value ?? []
    let numbers = value.value.split(separator: ",").map { Int(String($0).trimmed) }
    guard server.isContainer, !server.hasOpenGPUs, !given.isEmpty,
      given.allSatisfy({ $0.hasPrefix("nvidia.com/gpu=") && !$0.hasSuffix("=all") }),
      let missing = numbers.first(where: { $0.map { $0 >= given.count } ?? false }) ?? nil
    else { return }
    tell(
      ImportRules.value, name.range,
      "the container has \(Phrase.count(given.count, "GPU")), which CUDA numbers from 0, so the server does not find GPU \(missing)",
      help: "remove the variable, because the container has only its own GPUs")
  }
}
