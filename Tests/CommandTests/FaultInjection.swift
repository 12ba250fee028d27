import Foundation
import TestSupport
import Testing

/// Lets one system call of amm fail, or kills amm as it enters it, with strace.
enum FaultInjection {
  enum Fault: Sendable {
    case error(String)
    case kill

    fileprivate var action: String {
      switch self {
      case .error(let name): "error=\(name)"
      case .kill: "signal=KILL"
      }
    }
  }

  /// The words to put before a command.
  ///
  /// - Parameter number: Which of its calls of this name it is, from 1.
  static func words(_ fault: Fault, at call: String, number: Int) -> [String] {
    [
      Program.strace?.path ?? "strace", "-f", "-qq", "-o", "/dev/null", "-e",
      "inject=\(call):\(fault.action):when=\(number)",
    ]
  }

  /// Which calls a command makes from where it first names a path: those before are the loader's.
  ///
  /// - Parameter run: Runs the command below the words it gets.
  /// - Returns: The numbers of its calls by their names.
  static func calls(
    naming path: String, in folder: TemporaryFolder, run: ([String]) throws -> Void
  ) throws -> [String: ClosedRange<Int>] {
    let log = folder.file("strace.log")
    try run([Program.strace?.path ?? "strace", "-f", "-qq", "-o", log.path])
    var counts: [String: Int] = [:]
    var first: [String: Int] = [:]
    var hasBegun = false
    for line in try String(contentsOf: log, encoding: .utf8).split(separator: "\n") {
      let call = line.drop { $0 != " " }.drop { $0 == " " }.prefix { $0 != "(" }
      let isCall = !call.isEmpty && call.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      guard isCall else { continue }
      let name = String(call)
      counts[name, default: 0] += 1
      hasBegun = hasBegun || (name != "execve" && line.contains(path))
      if hasBegun, first[name] == nil { first[name] = counts[name] }
    }
    return first.reduce(into: [:]) { $0[$1.key] = $1.value...(counts[$1.key] ?? $1.value) }
  }
}
