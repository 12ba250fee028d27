import Diagnostics
import Schema

/// A limit of a unit that an instance has as well (systemd.resource-control(5)).
struct UnitLimit {
  /// The setting of an instance for each key.
  static let settings = [
    "MemoryMax": "limits.ram", "MemoryLimit": "limits.ram", "CPUQuota": "limits.cpu_cores",
  ]

  private let key: String
  private let value: String

  /// Reads a limit; nil if it is none that an instance can have.
  init?(_ key: String, _ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count)
    let isMemory = key != "CPUQuota"
    guard !digits.isEmpty, isMemory ? "KMGT".contains(unit) && unit.count < 2 : unit == "%",
      let number = Double(digits), number > 0, number < 1e15
    else { return nil }
    self.key = isMemory ? "mem_limit" : "cpus"
    value = isMemory ? text : String(number / 100)
  }

  /// Adds the limit to a server.
  func add(to server: inout ForeignServer, at range: SourceRange) {
    server.addSetting(key, Located(value, range))
  }

  /// Returns help for a quota of processors without `%`; nil for other texts.
  static func helpForQuota(_ text: String) -> String? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard !digits.isEmpty, digits.count == text.count else { return nil }
    return (Int(digits) ?? 100) < 100
      ? "write '\(digits)00%' for \(digits) processors" : "write '\(digits)%'"
  }
}
