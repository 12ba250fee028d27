import Diagnostics
import Schema
import Text

/// Settings of containers that instances have under another name.
extension ForeignServer {
  /// Adds a setting under the name that instances have for it.
  mutating func addSetting(_ key: String, _ value: Located<String>) {
    switch key {
    case "mem_limit": settings.append(("limits.ram", Located(Self.size(value.value), value.range)))
    case "cpus":
      guard let number = Double(value.value), (0.001...100_000).contains(number) else { return }
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
      let kilobytes = max(1, Int((amount * Double(1 << (shift - 10))).rounded()))
      // They have at most six digits.
      return kilobytes < 1_000_000 ? "\(kilobytes)KB" : "\((kilobytes + 512) >> 10)MB"
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
