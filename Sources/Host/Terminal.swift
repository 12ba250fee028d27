import CSystem
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who amm runs as.
package enum Host {
  /// Of this process.
  package static var processID: Int { Int(getpid()) }
  /// Of the user that runs this process.
  package static var userID: Int { Int(getuid()) }
}

/// Standard output and standard error, and the environment.
package enum Terminal {
  /// One of the two streams that a program writes to; the number is the file descriptor.
  package enum Stream: Int32, Sendable { case output = 1, error = 2 }

  private static let failure = Atomic<Int32>(0)

  /// Why standard output did not take all that was written, such as on a full disk; nil when it did.
  package static var outputFailure: HostError? {
    let code = failure.load(ordering: .relaxed)
    return code == 0 ? nil : HostError("write", "standard output", code: code)
  }

  /// Lets a file that may grow no further, and a pipe that is closed, be refused, instead of ending amm:
  /// what it is about to do to a workspace is done to its end.
  package static func takeSignalsAsErrors() {
    _ = signal(SIGXFSZ, SIG_IGN)
    _ = signal(SIGPIPE, SIG_IGN)
  }

  private static let isEnding = Atomic<Bool>(false)

  /// Ends amm, without a word, once nobody reads its output any more: for what would go on for ever.
  package static func endWithReader() { isEnding.store(true, ordering: .relaxed) }

  /// The line that a person answers to a question; nil where nobody is there to be asked.
  package static func answer(to ask: () -> Void) -> String? {
    guard isatty(0) == 1, isatty(Stream.error.rawValue) == 1 else { return nil }
    ask()
    return readLine()
  }

  /// Writes all of a text as it is; a closed pipe is not an error of amm's.
  package static func write(_ text: String, to stream: Stream) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe sysWrite(stream.rawValue, buffer.baseAddress, buffer.count)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        // Who closed the pipe, such as 'head', has read enough.
        if stream == .output, written < 0, errno != EPIPE {
          failure.store(errno, ordering: .relaxed)
        }
        if stream == .output, isEnding.load(ordering: .relaxed) { exit(0) }
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }

  /// Whether colour is wanted on a stream: only on a terminal that has it, and never against
  /// NO_COLOR (no-color.org); CLICOLOR_FORCE asks for it anywhere.
  package static func wantsColor(_ stream: Stream) -> Bool {
    if let off = variable("NO_COLOR"), !off.isEmpty { return false }
    if let force = variable("CLICOLOR_FORCE"), force != "0" { return true }
    return isTerminal(stream)
  }

  /// Whether a person looks at a stream, so that a line may be written over.
  package static func isTerminal(_ stream: Stream) -> Bool {
    isatty(stream.rawValue) == 1 && variable("TERM") != "dumb"
  }

  /// The columns of the terminal that a person looks at; nil for a file, a pipe or a dumb terminal.
  package static func columns(of stream: Stream) -> Int? {
    guard isTerminal(stream) else { return nil }
    let columns = Int(amm_terminal_columns(stream.rawValue))
    return columns > 0 ? columns : nil
  }

  /// Asks for colour or for none, in place of the environment: also for programs that amm starts.
  package static func setColor(_ isWanted: Bool) {
    if isWanted {
      unsafe unsetenv("NO_COLOR")
      unsafe setenv("CLICOLOR_FORCE", "1", 1)
    } else {
      unsafe setenv("NO_COLOR", "1", 1)
    }
  }

  /// A variable of amm's own environment.
  package static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}

private func sysWrite(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, buffer, count)
}

extension Terminal {
  /// Sends what amm and the programs it starts print to standard error for a while, so that
  /// standard output has the result alone.
  package static func withOutputToError<Result>(_ work: () throws -> Result) throws -> Result {
    let saved = dup(Stream.output.rawValue)
    guard saved >= 0 else { throw HostError.last("keep", "standard output") }
    dup2(Stream.error.rawValue, Stream.output.rawValue)
    defer {
      dup2(saved, Stream.output.rawValue)
      close(saved)
    }
    return try work()
  }
}
