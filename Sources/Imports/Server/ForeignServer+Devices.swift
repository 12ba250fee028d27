import Diagnostics
import Schema
import Text

/// GPUs as engines and Compose name them.
extension ForeignServer {
  /// Reads devices of the kernel, or CDI names, in addition to those that were read.
  mutating func readDevices(_ paths: [String], at range: SourceRange) {
    let vendors = ["amd", "intel", "vulkan"]
    // The devices of several options belong together.
    var found: [String] = []
    for name in gpus?.value ?? [] {
      let vendor = name.contains("=renderD") ? String(name.prefix { $0 != "=" }) : name
      if !found.contains(vendor) { found.append(vendor) }
    }
    func add(_ name: String) { if !found.contains(name) { found.append(name) } }
    var isGPU = gpus != nil
    for path in paths where !found.contains(path) {
      let device = path.split(separator: ":").first.map(String.init) ?? path
      if path.contains("=") && !path.hasPrefix("/") {
        // `all` contains each single GPU.
        let isAll = path.hasPrefix("nvidia.com/gpu=") && path.hasSuffix("=all")
        add(isAll ? "nvidia" : path)
        isGPU = true
      } else if device == "/dev/kfd" {
        found.removeAll { $0 == "vulkan" }
        add("amd")
        isGPU = true
      } else if device.hasPrefix("/dev/nvidia") {
        add("nvidia")
        isGPU = true
      } else if device == "/dev/dri" || device.hasPrefix("/dev/dri/") {
        // Without the kernel's interface for AMD, the cards are Intel's or used through Vulkan.
        if !found.contains("amd"), !found.contains("intel") { add("vulkan") }
        isGPU = true
        let node = String(device.dropFirst("/dev/dri/".utf8.count))
        if device == "/dev/dri" {
          hasAllNodes = true
        } else if node.hasPrefix("renderD"), node.utf8.count <= 10, !nodes.contains(node) {
          nodes.append(node)
        }
      } else if device == "/dev/dxg" {
        tell(Located(path, range), .dropped, "it is a GPU of Windows")
      } else {
        tell(Located(path, range), .dropped, "it is no GPU; see 'quadlet' for other devices")
      }
    }
    guard isGPU else { return }
    let isSelected = !hasAllNodes && !nodes.isEmpty
    gpus = Located(
      found.flatMap { name in
        isSelected && vendors.contains(name) ? nodes.map { "\(name)=\($0)" } : [name]
      }, range)
  }

  /// Reads the value of Docker's `--gpus`: `all`, a number, or `device=…` with other settings.
  mutating func readGPUs(_ value: Located<String>) {
    var settings: [String: String] = [:]
    var last = ""
    let text = value.value.filter { $0 != "\"" && $0 != "'" }
    for part in text.split(separator: ",") {
      if let equals = part.firstIndex(of: "=") {
        last = String(part[..<equals])
        settings[last] = String(part[part.index(after: equals)...])
      } else if last == "device" || last == "capabilities" {
        // `"device=0,1"`: the parts belong together.
        settings[last, default: ""] += "," + part
      } else {
        settings["count"] = String(part)
      }
    }
    if let devices = settings["device"] {
      gpus = Located(
        devices.split(separator: ",").map { $0 == "all" ? "nvidia" : "nvidia.com/gpu=\($0)" },
        value.range)
    } else {
      gpus = Located(Self.gpus(counted: settings["count"] ?? "all"), value.range)
    }
  }

  /// Returns the first NVIDIA GPUs for a number, and all of them for another word.
  static func gpus(counted text: String) -> [String] {
    // A variable's name stays, so that the import says that the GPUs are not known.
    guard let count = Int(text), count >= 0 else { return text.contains("$") ? [text] : ["nvidia"] }
    return (0..<min(count, 64)).map { "nvidia.com/gpu=\($0)" }
  }

  /// Keeps only the GPUs that a variable for CUDA or ROCm lets programs see.
  ///
  /// - Parameters:
  ///   - text: Numbers or identifiers, separated by commas.
  ///   - isOfMachine: Whether the numbers are those of the machine, and not of the container.
  /// - Returns: False if the variable says nothing that an instance can.
  mutating func restrictGPUs(
    to text: String, at range: SourceRange, ofMachine isOfMachine: Bool = false
  ) -> Bool {
    let names = text.split(separator: ",").map { String($0).trimmed }
    if names == ["all"] { return true }
    if ["", "void", "none", "-1", "NoDevFiles"].contains(text) {
      gpus = Located([], range)
      return true
    }
    guard names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isNamePart) }) else {
      return false
    }
    let given = gpus?.value ?? []
    if given == ["nvidia"] || given.isEmpty && gpus == nil {
      gpus = Located(names.map { "nvidia.com/gpu=\($0)" }, range)
    } else if given == ["amd"] {
      guard names.allSatisfy({ Int($0) != nil }) else { return false }
      gpus = Located(names.map { "amd=\($0)" }, range)
    } else if isOfMachine {
      let chosen = names.map { "nvidia.com/gpu=\($0)" }
      guard chosen.allSatisfy(given.contains) else { return false }
      gpus = Located(chosen, range)
    } else {
      // The numbers count within the GPUs that the container has.
      let chosen = names.compactMap { Int($0) }.filter { given.indices.contains($0) }
      guard chosen.count == names.count else { return false }
      gpus = Located(chosen.map { given[$0] }, range)
    }
    return true
  }

  private static func isNamePart(_ byte: UInt8) -> Bool { byte.isASCIIWord || byte == 0x2D }
}
