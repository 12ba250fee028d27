#if canImport(Glibc)
  import Glibc
#endif

/// Which case runs on each thread, written to standard error when a signal ends the process: a trap takes the
/// test's own report with it.
enum CaseOfDeath {
  private static let size = 4096

  /// The place of a thread's own text; a trap's signal is handled on the thread that caused it.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { free($0) }
    return key
  }()

  /// Has signals of traps tell the case.
  static let isWatching: Bool = {
    _ = key
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      signal(number) { number in
        if let text = pthread_getspecific(CaseOfDeath.key)?.assumingMemoryBound(to: CChar.self) {
          _ = write(2, text, strlen(text))
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    return true
  }()

  /// - Parameter text: What runs on this thread from now on.
  static func enter(_ text: String) {
    _ = isWatching
    let line = "\nthe case that ended the process: \(text)\n"
    let place = pthread_getspecific(key) ?? calloc(1, size)
    guard let place else { return }
    pthread_setspecific(key, place)
    line.withCString { text in
      strncpy(place.assumingMemoryBound(to: CChar.self), text, size - 1)
      return
    }
  }
}
