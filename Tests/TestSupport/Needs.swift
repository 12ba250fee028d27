import Foundation
package import Testing

/// What a test needs from the machine, besides Swift; only this type decides which tests are
/// skipped.
///
/// On a developer's machine, a test with an unmet need is skipped and prints the reason. With
/// `AMM_SKIPS=none`, which `.ci/run` sets, the test fails, unless no package can meet the need;
/// such needs are printed.
package enum Need: Sendable {
  /// A program that reads amm's output, which `make test` unpacks.
  case tool(String)
  /// A program that `make dependencies` installs, or that every Debian system has.
  case program(String)
  /// Python with jsonschema and yaml.
  case python
  /// The definition of LeaderWorkerSet, in the file that `AMM_LEADERWORKERSET` names. It is not in
  /// this repository, and no package has it.
  case leaderWorkerSet
  /// strace, on a machine that allows tracing.
  case tracing
  /// The permission to change to another user, which root has.
  case otherUsers
  /// The kernel's list of locks.
  case lockTable

  var isMet: Bool {
    switch self {
    case .tool(let name): Program.tool(name) != nil
    case .program(let name): Program.find(name) != nil
    case .python: Program.python != nil
    case .leaderWorkerSet: ProcessInfo.processInfo.environment["AMM_LEADERWORKERSET"] != nil
    case .tracing: Program.strace != nil
    case .otherUsers: getuid() == 0 && Program.find("setpriv") != nil
    case .lockTable: FileManager.default.fileExists(atPath: "/proc/locks")
    }
  }

  /// Whether no package can meet the need, so that CI skips the test.
  var isBeyondInstalling: Bool {
    switch self {
    case .tool, .program, .python: false
    // strace is installed, but the container does not allow tracing.
    case .tracing: Program.find("strace") != nil
    case .otherUsers: getuid() != 0
    case .lockTable, .leaderWorkerSet: true
    }
  }

  var reason: String {
    switch self {
    case .tool(let name): "'\(name)' is missing; 'make test' unpacks it"
    case .program(let name): "'\(name)' is not installed"
    case .python: "python's jsonschema and yaml are missing; 'make dependencies' installs them"
    case .tracing: "strace is not installed, or tracing is not allowed"
    case .otherUsers: "only root can become another user"
    case .leaderWorkerSet: "AMM_LEADERWORKERSET names no definition of LeaderWorkerSet"
    case .lockTable: "this machine has no /proc/locks"
    }
  }

  /// Returns whether to run a test with this need.
  ///
  /// - Parameter isStrict: Whether a skip is an error.
  /// - Throws: ``Unmet`` if the test must not be skipped.
  package func permits(isStrict: Bool = Need.isStrict) throws -> Bool {
    guard !isMet else { return true }
    guard isStrict else { return false }
    guard isBeyondInstalling else { throw Unmet(description: reason) }
    print("skipped, which CI permits: \(reason)")
    return false
  }

  package static let isStrict = ProcessInfo.processInfo.environment["AMM_SKIPS"] == "none"
}

/// A test that must not be skipped cannot run.
package struct Unmet: Error, CustomStringConvertible {
  package let description: String
}

extension Trait where Self == ConditionTrait {
  /// Skips a test if the machine does not meet a need; in CI, the test fails.
  package static func needs(_ need: Need) -> Self {
    .enabled("\(need.reason)") { try need.permits() }
  }
}
