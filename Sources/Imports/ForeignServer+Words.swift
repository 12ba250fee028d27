import Diagnostics
import Schema
import Text

/// The short forms of ports, volumes and devices, which engines and Compose share.
extension ForeignServer {
  /// Reads `[ADDRESS:][HOST:]CONTAINER[/tcp]`.
  mutating func readPort(_ written: Located<String>) {
    var text = written.value[...]
    if let slash = text.lastIndex(of: "/") {
      guard text[slash...] == "/tcp" else { return }
      text = text[..<slash]
    }
    guard let colon = text.lastIndex(of: ":") else {
      if let inside = Int(text) {
        ports.append(Located(.init(address: nil, host: nil, container: inside), written.range))
      }
      return
    }
    guard let inside = Int(text[text.index(after: colon)...]) else { return }
    var rest = text[..<colon]
    var address: String?
    if let other = rest.lastIndex(of: ":") {
      address = rest[..<other].filter { $0 != "[" && $0 != "]" }
      rest = rest[rest.index(after: other)...]
    }
    ports.append(
      Located(
        .init(
          address: address?.isEmpty == true ? nil : address, host: Int(rest), container: inside),
        written.range))
  }

  /// Reads `SOURCE:TARGET[:OPTIONS]`.
  mutating func readVolume(_ written: Located<String>) {
    let parts = written.value.split(separator: ":", omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count >= 2, parts[1].hasPrefix("/") else { return }
    let options = parts.count > 2 ? parts[2].split(separator: ",") : []
    places.append(
      Located(
        .init(source: parts[0], target: parts[1], isReadOnly: options.contains("ro")),
        written.range))
  }

  /// Reads devices of the kernel, or CDI names.
  mutating func readDevices(_ paths: [String], at range: SourceRange) {
    var found = gpus?.value ?? []
    for path in paths {
      let device = path.split(separator: ":").first.map(String.init) ?? path
      if path.contains("=") && !path.hasPrefix("/") {
        let all = path.hasPrefix("nvidia.com/gpu=") && path.hasSuffix("=all")
        found.append(all ? "nvidia" : path)
      } else if device == "/dev/kfd" {
        if !found.contains("amd") { found.append("amd") }
      } else if device.hasPrefix("/dev/nvidia") {
        if !found.contains("nvidia") { found.append("nvidia") }
      } else if device.hasPrefix("/dev/dri"), !found.contains("amd"), !found.contains("intel") {
        // Without the kernel's interface to AMD GPUs, the cards are Intel's or used through Vulkan.
        found.append(paths.contains { $0.hasPrefix("/dev/kfd") } ? "amd" : "vulkan")
      }
    }
    gpus = Located(found, range)
  }

  /// Reads the value of Docker's `--gpus`.
  mutating func readGPUs(_ value: Located<String>) {
    let text = value.value.filter { $0 != "\"" && $0 != "'" }
    if text == "all" {
      gpus = Located(["nvidia"], value.range)
    } else if let count = Int(text) {
      gpus = Located((0..<max(0, min(count, 64))).map { "nvidia.com/gpu=\($0)" }, value.range)
    } else if let equals = text.firstIndex(of: "="), text.hasPrefix("device") {
      gpus = Located(
        text[text.index(after: equals)...].split(separator: ",").map { "nvidia.com/gpu=\($0)" },
        value.range)
    }
  }

  /// Adds a setting under the name that instances have for it.
  mutating func addSetting(_ key: String, _ value: Located<String>) {
    switch key {
    case "mem_limit": settings.append(("limits.ram", Located(Self.size(value.value), value.range)))
    case "cpus":
      guard let number = Double(value.value), number >= 0.001 else { return }
      let cores = Int(number.rounded(.up))
      settings.append(("limits.cpu_cores", Located(String(cores), value.range)))
    case "shm_size": settings.append(("shm_size", Located(Self.size(value.value), value.range)))
    case "ipc":
      if value.value == "host" { settings.append(("ipc", value)) }
    default: settings.append((key, value))
    }
  }

  /// Returns a size as amm writes it: `16g` and `16gb` become `16GB`, a number of bytes stays.
  static func size(_ text: String) -> String {
    let lower = text.lowercased()
    let number = lower.prefix { $0.isNumber || $0 == "." }
    var unit = lower.dropFirst(number.count)
    if unit.hasSuffix("ib") { unit = unit.dropLast(2) + "b" }
    let units = [
      "": "", "b": "", "k": "KB", "kb": "KB", "m": "MB", "mb": "MB", "g": "GB", "gb": "GB",
      "t": "TB", "tb": "TB",
    ]
    guard let known = units[String(unit)], !number.isEmpty else { return text }
    // amm's sizes are whole numbers with a unit.
    let shifts = ["KB": 10, "MB": 20, "GB": 30, "TB": 40]
    if number.contains("."), let amount = Double(number), let shift = shifts[known], amount < 1e6 {
      return "\(max(1, Int((amount * Double(1 << (shift - 10))).rounded())))KB"
    }
    if known.isEmpty, let bytes = Int(number) {
      for (unit, shift) in [("GB", 30), ("MB", 20), ("KB", 10)]
      where bytes > 0 && bytes % (1 << shift) == 0 {
        return "\(bytes >> shift)\(unit)"
      }
      return "\(max(1, bytes >> 10))KB"
    }
    return number + known
  }
}
