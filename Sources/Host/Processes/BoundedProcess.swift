#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that gets input and has limits for its time and its output.
package enum BoundedProcess {
  /// How a program ended.
  package enum End: Sendable, Equatable {
    /// With an exit status.
    case status(Int)
    case signal(Int)
    /// It was still running and was ended, together with all programs that it started.
    case timedOut
  }

  /// Runs a program within limits.
  ///
  /// - Parameters:
  ///   - words: The program and its arguments; its standard error is discarded.
  ///   - input: The standard input; the program need not read it.
  ///   - limit: The time limit in seconds.
  ///   - outputLimit: The maximum number of bytes of output to keep.
  ///   - isOnlyChild: Whether this process has no other children. Then all processes that remain of
  ///     the program can be found and ended, in any process group.
  package static func run(
    _ words: [String], input: [UInt8], limit: Double, outputLimit: Int = 65536,
    onlyChild isOnlyChild: Bool = false
  ) throws(HostError) -> (end: End, output: [UInt8]) {
    if isOnlyChild { Orphans.adopt() }
    defer { if isOnlyChild { Orphans.end() } }
    let child = try PipedProcess(words, ownGroup: true, quiet: true)
    let deadline = Clock.monotonic() + limit
    var rest = input[...]
    var output: [UInt8] = []
    var isOpen = true
    child.makeInputNonblocking()
    while isOpen {
      let left = deadline - Clock.monotonic()
      guard left > 0 else { break }
      if rest.isEmpty { child.closeInput() }
      switch child.wait(toWrite: !rest.isEmpty, milliseconds: Int32(min(left, 0.2) * 1000) + 1) {
      case .readable:
        if let bytes = child.read() {
          output += bytes.prefix(max(0, outputLimit - output.count))
        } else {
          isOpen = false
        }
      case .writable:
        let count = child.write(some: rest)
        if count < 0 { rest = [] } else { rest = rest.dropFirst(count) }
      case .nothing: continue
      }
    }
    // The program may have closed its output and still be running.
    while Clock.monotonic() < deadline {
      if let end = child.poll() {
        child.killGroup()
        return (end, output)
      }
      Clock.sleep(seconds: 0.005)
    }
    child.killGroup()
    child.reap()
    return (.timedOut, output)
  }
}
