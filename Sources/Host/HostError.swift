#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the machine refused, with the system's reason.
package struct HostError: Error, Equatable {
  /// What was tried, as a verb: "read", "write".
  package let action: String
  /// What it was tried with.
  package let path: String
  /// What the system answered.
  package let reason: String
  /// The system's error number; 0 when the refusal is amm's own.
  package let code: Int32

  /// The failure of an action, a verb, for a reason of the system's.
  package init(_ action: String, _ path: String, reason: String) {
    self.action = action
    self.path = path
    self.reason = reason
    code = 0
  }

  /// The error of the system call that failed just now.
  static func last(_ action: String, _ path: String) -> HostError {
    HostError(action, path, code: errno)
  }

  init(_ action: String, _ path: String, code: Int32) {
    self.action = action
    self.path = path
    self.code = code
    reason = unsafe String(cString: strerror(code))
  }

  init(_ action: String, _ path: String, code: Int32, reason: String) {
    self.action = action
    self.path = path
    self.code = code
    self.reason = reason
  }

  /// One line for a person.
  package var message: String { "cannot \(action) '\(path)': \(reason)" }

  /// Whether the path is simply not there.
  package var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Whether a link stood in the way.
  var isLink: Bool { code == ELOOP }
}
