#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A failed operation of the system, with its reason.
package struct HostError: Error, Equatable {
  /// The attempted action as a verb: "read", "write".
  package let action: String
  /// The path or object of the action.
  package let path: String
  /// The system's error message.
  package let reason: String
  /// The system's error number; 0 if amm itself refused.
  package let code: Int32
  /// A way to fix the error; nil if the reason contains it.
  package let help: String?

  /// Creates an error that amm itself reports.
  package init(_ action: String, _ path: String, reason: String, help: String? = nil) {
    self.action = action
    self.path = path
    self.reason = reason
    self.help = help
    code = 0
  }

  /// Returns the error of the system call that just failed.
  static func last(_ action: String, _ path: String) -> HostError {
    HostError(action, path, code: errno)
  }

  init(_ action: String, _ path: String, code: Int32) {
    self.action = action
    self.path = path
    self.code = code
    help = nil
    reason = unsafe String(cString: strerror(code))
  }

  init(_ action: String, _ path: String, code: Int32, reason: String) {
    self.action = action
    self.path = path
    self.code = code
    self.reason = reason
    help = nil
  }

  /// Returns the same error with the name of a file instead of its temporary name, which the user
  /// does not know.
  func naming(_ name: String, insteadOf staging: String) -> HostError {
    HostError(action, path.replacing(staging, with: name), code: code, reason: reason)
  }

  /// The path of errors of standard output, which is not a file and not quoted.
  static let standardOutput = "standard output"

  /// The error as one line of text.
  package var message: String {
    let object = path == Self.standardOutput ? path : "'\(path)'"
    return "cannot \(action) \(object): \(reason)"
  }

  /// Whether the path does not exist.
  package var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Whether the user lacks a permission.
  package var isDenied: Bool { code == EACCES || code == EPERM }

  /// Whether the error was caused by a link.
  package var isLink: Bool { code == ELOOP }
}
