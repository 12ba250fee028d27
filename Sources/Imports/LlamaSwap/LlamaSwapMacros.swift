import Diagnostics
import Schema
import Text
import YAML

/// The macros of a llama-swap configuration: `${name}`, `${env.NAME}`, `${MODEL_ID}` and `${PORT}`
/// (llama-swap v250, internal/config/macros.go).
///
/// A macro can use those that are declared before it.
struct LlamaSwapMacros {
  /// The most bytes that all values of a file may have after their macros are replaced.
  static let limit = 256 << 10
  /// The most macros that can be inside each other.
  private static let depth = 64

  private typealias Macro = (order: Int, value: String)
  private var shared: [String: Macro] = [:]
  private var own: [String: Macro] = [:]
  /// The model's identifier, and its port; nil outside of models, or if the model has none.
  var model: String?
  var port: Int?
  /// The names that nothing declares, of the text that was replaced last.
  private(set) var unknown: [String] = []
  /// Whether a value became too long, or has macros too far inside each other.
  private(set) var isTooLong = false

  /// The names of all macros, sorted.
  var names: [String] { Array(Set(shared.keys).union(own.keys)).sorted() + ["MODEL_ID", "PORT"] }

  /// Removes the macros of the last model.
  mutating func forgetModel() {
    own = [:]
    model = nil
    port = nil
  }

  /// Declares a macro of the file after all others, or replaces the value of one.
  mutating func declare(_ name: String, _ value: String) {
    shared[name] = (shared[name]?.order ?? shared.count, value)
  }

  /// Declares a macro of one model, which replaces the value of one of the file.
  mutating func declareOwn(_ name: String, _ value: String) {
    own[name] = ((own[name] ?? shared[name])?.order ?? shared.count + own.count, value)
  }

  /// Returns a text with its macros replaced; those of the environment stay, as a shell writes them: `${HOME}`.
  ///
  /// - Parameter budget: The bytes that are left for all values of the file.
  mutating func apply(to text: String, budget: inout Int) -> String {
    unknown = []
    isTooLong = false
    guard text.holds("${") else { return text }
    var out: [UInt8] = []
    expand(Array(text.utf8)[...], before: .max, 0, &budget, &out)
    return String(decoding: out, as: UTF8.self)
  }

  private mutating func expand(
    _ text: ArraySlice<UInt8>, before limit: Int, _ depth: Int, _ budget: inout Int,
    _ out: inout [UInt8]
  ) {
    var index = text.startIndex
    while index < text.endIndex {
      guard budget > 0, depth < Self.depth else {
        isTooLong = true
        return
      }
      guard text[index] == 0x24, let end = Self.end(of: text, from: index) else {
        out.append(text[index])
        budget -= 1
        index += 1
        continue
      }
      let name = String(decoding: text[(index + 2)..<(end - 1)], as: UTF8.self)
      if name.hasPrefix("env.") {
        out += Array("${\(name.dropFirst(4))}".utf8)
      } else if name == "PORT", let port {
        out += Array(String(port).utf8)
      } else if name == "MODEL_ID", let model {
        out += Array(model.utf8)
      } else if let macro = own[name] ?? shared[name], macro.order < limit {
        expand(Array(macro.value.utf8)[...], before: macro.order, depth + 1, &budget, &out)
      } else {
        if name != "PID", unknown.count < 8 { unknown.append(name) }
        out += text[index..<end]
      }
      budget -= 1
      index = end
    }
  }

  /// Returns the place after `${NAME}`; nil if the text has none at its place.
  private static func end(of text: ArraySlice<UInt8>, from start: Int) -> Int? {
    guard start + 2 < text.endIndex, text[start + 1] == 0x7B else { return nil }
    var end = start + 2
    while end < text.endIndex, text[end].isASCIIWord || text[end] == 0x2D || text[end] == 0x2E {
      end += 1
    }
    guard end < text.endIndex, text[end] == 0x7D, end > start + 2 else { return nil }
    return end + 1
  }
}
