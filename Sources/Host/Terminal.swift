import CSystem
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The identity of the process and its user.
package enum Host {
  /// The ID of this process.
  package static var processID: Int { Int(getpid()) }
  /// The ID of the user who runs this process.
  package static var userID: Int { Int(getuid()) }
}

/// Standard output, standard error and the environment.
package enum Terminal {
  /// An output stream; the raw value is the file descriptor.
  package enum Stream: Int32, Sendable { case output = 1, error = 2 }

  private static let failure = Atomic<Int32>(0)

  /// The error of an incomplete write to standard output, such as a full disk; nil if there was
  /// none.
  package static var outputFailure: HostError? {
    let code = failure.load(ordering: .relaxed)
    return code == 0 ? nil : HostError("write to", HostError.standardOutput, code: code)
  }

  /// Makes file size limits and closed pipes fail with an error instead of ending amm, so that
  /// changes to a workspace are completed.
  package static func takeSignalsAsErrors() {
    _ = signal(SIGXFSZ, SIG_IGN)
    _ = signal(SIGPIPE, SIG_IGN)
  }

  private static let isEnding = Atomic<Bool>(false)

  /// Makes amm exit silently when the reader of its output is gone, for commands that run until
  /// stopped.
  package static func endWithReader() { isEnding.store(true, ordering: .relaxed) }

  /// Asks a question and returns the line that the user enters; nil if there is no terminal.
  package static func answer(to ask: () -> Void) -> String? {
    guard isatty(0) == 1, isatty(Stream.error.rawValue) == 1 else { return nil }
    ask()
    return readLine()
  }

  /// Writes an entire text; a closed pipe is not an error.
  package static func write(_ text: String, to stream: Stream) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe sysWrite(stream.rawValue, buffer.baseAddress, buffer.count)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        // The reader that closed the pipe, such as 'head', has read enough.
        if stream == .output, written < 0, errno != EPIPE {
          failure.store(errno, ordering: .relaxed)
        }
        if stream == .output, isEnding.load(ordering: .relaxed) { exit(0) }
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }

  /// Returns whether to use colour on a stream: only on a terminal with colour, and never if
  /// NO_COLOR is set (no-color.org); CLICOLOR_FORCE enables it anywhere.
  package static func wantsColor(_ stream: Stream) -> Bool {
    if let off = variable("NO_COLOR"), !off.isEmpty { return false }
    if let force = variable("CLICOLOR_FORCE"), force != "0" { return true }
    return isTerminal(stream)
  }

  /// Returns whether a stream is an interactive terminal, where a line may be overwritten.
  package static func isTerminal(_ stream: Stream) -> Bool {
    isatty(stream.rawValue) == 1 && variable("TERM") != "dumb"
  }

  /// Returns the number of columns of the terminal; nil for a file, a pipe or a dumb terminal.
  package static func columns(of stream: Stream) -> Int? {
    guard isTerminal(stream) else { return nil }
    let columns = Int(amm_terminal_columns(stream.rawValue))
    return columns > 0 ? columns : nil
  }

  /// Turns colour on or off by setting the environment, also for programs that amm starts.
  package static func setColor(_ isWanted: Bool) {
    if isWanted {
      unsafe unsetenv("NO_COLOR")
      unsafe setenv("CLICOLOR_FORCE", "1", 1)
    } else {
      unsafe setenv("NO_COLOR", "1", 1)
    }
  }

  /// Returns a variable of amm's own environment.
  package static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}

private func sysWrite(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, buffer, count)
}

extension Terminal {
  /// Redirects to standard error what amm and its subprocesses print while a function runs, so that
  /// standard output contains only the result.
  package static func withOutputToError<Result>(_ work: () throws -> Result) throws -> Result {
    let saved = dup(Stream.output.rawValue)
    guard saved >= 0 else { throw HostError.last("save", HostError.standardOutput) }
    dup2(Stream.error.rawValue, Stream.output.rawValue)
    defer {
      dup2(saved, Stream.output.rawValue)
      close(saved)
    }
    return try work()
  }
}
