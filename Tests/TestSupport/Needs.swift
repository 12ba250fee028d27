import Foundation
package import Testing

/// What a test needs of the machine, beyond Swift: the one place that decides what is left out.
///
/// On a developer's machine, a test whose need is not met is skipped, and says why. With
/// `AMM_SKIPS=none`, as `.ci/run` sets it, it fails, unless the need is one that no installation
/// can meet; those are printed.
package enum Need: Sendable {
  /// A real reader of amm's output, which `make test` unpacks.
  case tool(String)
  /// A program that `make dependencies` installs, or that every Debian has.
  case program(String)
  /// Python with jsonschema and yaml.
  case python
  /// strace, and a machine that lets it trace.
  case tracing
  /// To be another user for a while, which root may.
  case otherUsers
  /// The kernel's list of locks.
  case lockTable

  var isMet: Bool {
    switch self {
    case .tool(let name): Program.tool(name) != nil
    case .program(let name): Program.find(name) != nil
    case .python: Program.python != nil
    case .tracing: Program.strace != nil
    case .otherUsers: getuid() == 0 && Program.find("setpriv") != nil
    case .lockTable: FileManager.default.fileExists(atPath: "/proc/locks")
    }
  }

  /// Whether nothing that can be installed helps, so that CI does without.
  var isBeyondInstalling: Bool {
    switch self {
    case .tool, .program, .python: false
    // Installed, but forbidden: containers without the right to trace.
    case .tracing: Program.find("strace") != nil
    case .otherUsers: getuid() != 0
    case .lockTable: true
    }
  }

  var reason: String {
    switch self {
    case .tool(let name): "'\(name)' is missing; 'make test' unpacks it"
    case .program(let name): "'\(name)' is not installed"
    case .python: "python's jsonschema and yaml are missing; 'make dependencies' installs them"
    case .tracing: "strace is not installed, or may not trace here"
    case .otherUsers: "only root can become another user"
    case .lockTable: "this machine has no /proc/locks"
    }
  }

  /// Whether a test that needs it runs.
  ///
  /// - Parameter isStrict: Whether a skip is an error.
  /// - Throws: ``Unmet`` where it should have run.
  package func permits(isStrict: Bool = Need.isStrict) throws -> Bool {
    guard !isMet else { return true }
    guard isStrict else { return false }
    guard isBeyondInstalling else { throw Unmet(description: reason) }
    print("left out, which CI permits: \(reason)")
    return false
  }

  package static let isStrict = ProcessInfo.processInfo.environment["AMM_SKIPS"] == "none"
}

/// A test could not run although it had to.
package struct Unmet: Error, CustomStringConvertible {
  package let description: String
}

extension Trait where Self == ConditionTrait {
  /// Leaves a test out where the machine lacks what it needs; in CI, that is a failure.
  package static func needs(_ need: Need) -> Self {
    .enabled("\(need.reason)") { try need.permits() }
  }
}
