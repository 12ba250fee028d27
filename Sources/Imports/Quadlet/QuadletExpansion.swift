import Schema
import Text

/// What systemd replaces in the words of a unit's command: specifiers (systemd.unit(5)) and variables
/// (systemd.service(5), "Command lines").
struct QuadletExpansion {
  /// The value of a word.
  struct Value {
    var text: String
    /// Whether the file does not determine a part of it.
    var isOpen = false
    /// The variables that nothing sets.
    var unset: [String] = []
    /// A reference with a default value, which systemd does not have.
    var withDefault: String?
  }

  /// The name of the service without `.service`.
  let service: String
  /// The variables that `[Service]` sets.
  var variables: [String: String] = [:]
  /// Whether `[Service]` reads variables from a file.
  var readsFiles = false

  /// The variables that every service has.
  private static let ofManager: Set = [
    "HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "XDG_RUNTIME_DIR", "PODMAN_SYSTEMD_UNIT",
    "INVOCATION_ID", "SYSTEMD_EXEC_PID", "MAINPID", "NOTIFY_SOCKET", "CREDENTIALS_DIRECTORY",
  ]

  /// Specifiers that systemd replaces.
  private static let known = Set("abcdfghijlmnopqrstuvwyABCDEGHIJLMNPRSTUVWY".utf8)

  /// Returns whether `%` before a byte makes systemd refuse the unit.
  static func isIllegal(_ byte: UInt8) -> Bool { byte.isASCIIAlphanumeric && !known.contains(byte) }

  /// Returns the names of the variables that a text may use.
  static func variables(in bytes: [UInt8]) -> [String] {
    var names: [String] = []
    for (index, byte) in bytes.enumerated() where byte == 0x24 {
      let rest = bytes[(index + 1)...]
      let name = (rest.first == 0x7B ? rest.dropFirst() : rest).prefix(while: \.isASCIIWord)
      if !name.isEmpty { names.append(String(decoding: name, as: UTF8.self)) }
    }
    return names
  }

  /// The folders of the user's manager, as paths that amm accepts.
  private static let folders: [UInt8: String] = [
    UInt8(ascii: "h"): "~", UInt8(ascii: "E"): "~/.config", UInt8(ascii: "C"): "~/.cache",
    UInt8(ascii: "S"): "~/.local/state", UInt8(ascii: "D"): "~/.local/share",
  ]

  /// Whether the unit is a template, whose service has the name of an instance.
  var isTemplate: Bool { service.hasSuffix("@") }

  private var prefix: String { String(service.prefix { $0 != "@" }) }

  private func value(of specifier: UInt8) -> String? {
    let instance = service.contains("@") ? String(service.drop { $0 != "@" }.dropFirst()) : ""
    switch specifier {
    case UInt8(ascii: "n"): return isTemplate ? nil : service + ".service"
    case UInt8(ascii: "N"): return isTemplate ? nil : service
    case UInt8(ascii: "p"): return prefix
    case UInt8(ascii: "P"): return prefix.contains("\\") || prefix.contains("-") ? nil : prefix
    case UInt8(ascii: "j"): return prefix.split(separator: "-").last.map(String.init)
    case UInt8(ascii: "i"): return isTemplate ? nil : instance
    case UInt8(ascii: "T"): return "/tmp"
    case UInt8(ascii: "V"): return "/var/tmp"
    default: return nil
    }
  }

  /// Returns a word as the server gets it.
  ///
  /// - Parameter isPath: Whether it is a path of the machine, for which `~` is the home folder.
  func expand(_ word: String, asPath isPath: Bool = false) -> Value {
    guard word.holds("%") || word.holds("$") else { return Value(text: word) }
    var value = Value(text: "")
    value.text = variables(in: specifiers(in: word, isPath, &value), isPath, &value)
    return value
  }

  /// Returns a text of a section that systemd reads, in which only specifiers are replaced.
  func expandSpecifiers(_ text: String) -> Value {
    var value = Value(text: "")
    value.text = specifiers(in: text, false, &value)
    return value
  }

  private func specifiers(in word: String, _ isPath: Bool, _ value: inout Value) -> String {
    let bytes = Array(word.utf8)
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x25, index + 1 < bytes.count else {
        out.append(byte)
        index += 1
        continue
      }
      let next = bytes[index + 1]
      index += 2
      if next == 0x25 {
        out.append(0x25)
      } else if isPath, out.isEmpty, let folder = Self.folders[next] {
        out += Array(folder.utf8)
      } else if let text = self.value(of: next) {
        out += Array(text.utf8)
      } else {
        if Self.known.contains(next) || Self.isIllegal(next) { value.isOpen = true }
        out += [0x25, next]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private func variables(in word: String, _ isPath: Bool, _ value: inout Value) -> String {
    let bytes = Array(word.utf8)
    // `$NAME` is only replaced if it is the entire word.
    if bytes.first == 0x24, bytes.count > 1, bytes[1] != 0x7B, bytes[1] != 0x24 {
      return self.value(ofVariable: String(decoding: bytes[1...], as: UTF8.self), word, &value)
    }
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x24, index + 1 < bytes.count else {
        out.append(byte)
        index += 1
        continue
      }
      if bytes[index + 1] == 0x24 {
        out.append(0x24)
        index += 2
        continue
      }
      guard bytes[index + 1] == 0x7B, let end = bytes[index...].firstIndex(of: 0x7D) else {
        out.append(byte)
        index += 1
        continue
      }
      let written = String(decoding: bytes[index...end], as: UTF8.self)
      let name = String(decoding: bytes[(index + 2)..<end], as: UTF8.self)
      if name.hasPrefix("nix:") {
        // A value that only Nix has.
        value.isOpen = true
        out += bytes[index...end]
      } else if name.contains(":") || name.contains("-") {
        value.withDefault = written
        out += bytes[index...end]
      } else if isPath, out.isEmpty, name == "HOME" {
        out += Array("~".utf8)
      } else {
        out += Array(self.value(ofVariable: name, written, &value).utf8)
      }
      index = end + 1
    }
    return String(decoding: out, as: UTF8.self)
  }

  private func value(
    ofVariable name: String, _ written: String, _ value: inout Value
  ) -> String {
    if let known = variables[name] { return known }
    value.isOpen = true
    if !readsFiles, !Self.ofManager.contains(name) { value.unset.append(name) }
    return written
  }
}
