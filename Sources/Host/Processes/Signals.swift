#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Requests of the user or of another program to end this process.
package enum Signals {
  /// Keeps requests to end the process pending, so that ``wait(seconds:)`` receives them.
  ///
  /// To be called before other threads start; children that this process starts inherit it.
  package static func hold() {
    var set = ending
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for a request to end the process, and returns whether there was one.
  package static func wait(seconds: Double) -> Bool {
    var set = ending
    #if canImport(Darwin)
      var pending = sigset_t()
      unsafe sigpending(&pending)
      let isAsked = unsafe [SIGINT, SIGTERM, SIGHUP].contains {
        unsafe sigismember(&pending, $0) == 1
      }
      if !isAsked { Clock.sleep(seconds: seconds) }
      return isAsked
    #else
      let whole = seconds.rounded(.down)
      var limit = timespec(tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1e9))
      return unsafe sigtimedwait(&set, nil, &limit) > 0
    #endif
  }

  private static var ending: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&set, signal) }
    return set
  }
}
