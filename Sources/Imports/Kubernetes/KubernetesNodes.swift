import Diagnostics
import Schema
import Text
import YAML

extension Node {
  /// The scalar's text with its place; nil for anything else, and for nothing.
  var written: Located<String>? {
    guard let scalar, !scalar.isNull else { return nil }
    return Located(scalar.text, range)
  }

  /// The text of a key's scalar; nil if there is none.
  func text(_ key: String) -> String? { self[key]?.written?.value }
}

/// The variables of a container, which replace `$(NAME)` in its words (Kubernetes 1.36,
/// third_party/forked/golang/expansion/expand.go).
struct KubernetesVariables {
  /// The most bytes that references may add to the words of a file.
  static let limit = 1 << 20

  private var values: [String: String] = [:]
  /// The variables whose value the file does not have.
  private var open: Set<String> = []
  /// The names of references that no variable has, of the text that was replaced last.
  private(set) var unknown: [String] = []
  /// Whether the text that was replaced last has a value that the file does not have.
  private(set) var isOpen = false
  private var budget = limit
  /// Whether variables come from an object that only the cluster has.
  var hasOthers = false

  /// Sets a variable; without a value, it is known only in the cluster.
  mutating func set(_ name: String, _ value: String?) {
    if let value {
      values[name] = value
      open.remove(name)
    } else {
      open.insert(name)
      values[name] = nil
    }
  }

  /// Returns a text with its references replaced; those without a value stay as they are.
  mutating func apply(to text: String) -> String {
    unknown = []
    isOpen = false
    guard text.holds("$") else { return text }
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == 0x24, index + 1 < bytes.count else {
        out.append(bytes[index])
        index += 1
        continue
      }
      if bytes[index + 1] == 0x24 {
        out.append(0x24)
        index += 2
      } else if bytes[index + 1] == 0x28,
        let end = bytes[(index + 2)...].firstIndex(of: 0x29)
      {
        out += replacement(for: String(decoding: bytes[(index + 2)..<end], as: UTF8.self))
        index = end + 1
      } else {
        out += bytes[index...(index + 1)]
        index += 2
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Returns the variable and its value of a word that is a reference of a shell, `$NAME` or `${NAME}`; nil if the word
  /// is none, or the container has no such variable.
  func shellReference(_ text: String) -> (name: String, value: String?)? {
    guard text.hasPrefix("$") else { return nil }
    var name = text.dropFirst()
    if name.hasPrefix("{"), name.hasSuffix("}") { name = name.dropFirst().dropLast() }
    let key = String(name)
    if let value = values[key] { return (key, value) }
    return open.contains(key) ? (key, nil) : nil
  }

  private mutating func replacement(for name: String) -> [UInt8] {
    if let value = values[name], value.utf8.count <= budget {
      budget -= value.utf8.count
      return Array(value.utf8)
    }
    if hasOthers || open.contains(name) || name.hasPrefix("LWS_") {
      isOpen = true
    } else if unknown.count < 8 {
      unknown.append(name)
    }
    return Array("$(\(name))".utf8)
  }
}

/// Amounts of resources (Kubernetes 1.36, apimachinery/pkg/api/resource/quantity.go).
package enum KubernetesQuantity {
  /// Returns the amount as a number: `64Gi`, `500m`, `1e3`; nil if it is none.
  package static func number(_ text: String) -> Double? {
    let units: [(String, Double)] = [
      ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
      ("Pi", 1_125_899_906_842_624), ("m", 0.001), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12),
      ("P", 1e15), ("", 1),
    ]
    for (unit, factor) in units where text.hasSuffix(unit) {
      let digits = text.dropLast(unit.count)
      guard !digits.isEmpty,
        digits.utf8.allSatisfy({ $0.isASCIIDigit || [0x2E, 0x65, 0x45].contains($0) }),
        let number = Double(digits)
      else { continue }
      let amount = number * factor
      return amount.isFinite ? amount : nil
    }
    return nil
  }

  /// Returns a number of bytes; nil if the text is none, or one that no machine has.
  static func bytes(_ text: String) -> Int? {
    guard let amount = number(text), amount >= 1, amount < 1e17 else { return nil }
    return Int(amount.rounded())
  }

  /// Returns a size as amm writes it, of at most six digits.
  static func size(_ bytes: Int) -> String {
    let units = [("KB", 10), ("MB", 20), ("GB", 30)]
    for (unit, shift) in units.reversed()
    where bytes % (1 << shift) == 0 && bytes >> shift < 1_000_000 {
      return "\(bytes >> shift)\(unit)"
    }
    for (unit, shift) in units where bytes >> shift < 1_000_000 {
      return "\(max(1, (bytes + (1 << (shift - 1))) >> shift))\(unit)"
    }
    return "\(bytes >> 30)GB"
  }
}
