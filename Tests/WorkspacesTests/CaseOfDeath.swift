#if canImport(Glibc)
  import Glibc
#endif

/// Which case runs, written to standard error when a signal ends the process: a trap takes the test's own
/// report with it.
enum CaseOfDeath {
  private static let size = 4096
  nonisolated(unsafe) private static let name = UnsafeMutablePointer<CChar>.allocate(capacity: size)

  /// Has signals of traps tell the case.
  static let isWatching: Bool = {
    name.initialize(repeating: 0, count: size)
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      signal(number) { number in
        _ = write(2, CaseOfDeath.name, strlen(CaseOfDeath.name))
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    return true
  }()

  /// - Parameter text: What runs from now on.
  static func enter(_ text: String) {
    _ = isWatching
    let line = "\nthe case that ended the process: \(text)\n"
    line.withCString { text in
      strncpy(name, text, size - 1)
      return
    }
  }
}
