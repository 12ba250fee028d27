#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A running program whose standard input and output are connected to this process.
package final class PipedProcess {
  /// The operation that is possible without waiting.
  package enum Ready { case readable, writable, nothing }

  private let child: pid_t
  private var input: Int32?
  private let output: Int32
  private var pending: [UInt8] = []
  private var status: Int32?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - ownGroup: Whether to put it in its own process group, so that it can be ended with all
  ///     programs that it starts. It then does not get the terminal's signals.
  ///   - quiet: Whether to discard its standard error.
  init(
    _ words: [String], ownGroup hasOwnGroup: Bool = false, quiet isQuiet: Bool = false
  ) throws(HostError) {
    // Writing to a program that has ended must fail with an error, not end amm.
    _ = signal(SIGPIPE, SIG_IGN)
    let toChild = try Spawning.pipe()
    let fromChild: (read: Int32, write: Int32)
    do throws(HostError) {
      fromChild = try Spawning.pipe()
    } catch {
      close(toChild.read)
      close(toChild.write)
      throw error
    }
    var setting = Spawning.Setting()
    setting.input = .file(toChild.read)
    setting.output = .file(fromChild.write)
    if isQuiet { setting.errors = .nothing }
    setting.hasOwnGroup = hasOwnGroup
    do throws(HostError) {
      child = try Spawning.start(words, setting, thenClosing: [toChild.read, fromChild.write])
    } catch {
      close(toChild.write)
      close(fromChild.read)
      throw error
    }
    input = toChild.write
    output = fromChild.read
  }

  deinit {
    closeInput()
    close(output)
  }

  func closeInput() {
    if let file = input { close(file) }
    input = nil
  }

  func makeInputNonblocking() {
    if let file = input { _ = fcntl(file, F_SETFL, O_NONBLOCK) }
  }

  /// Writes an entire text.
  ///
  /// - Returns: Whether the program still reads.
  package func write(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = write(some: bytes)
      guard count >= 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  /// Writes some of the bytes.
  ///
  /// - Returns: The number of bytes written; negative if the program no longer reads.
  func write(some bytes: ArraySlice<UInt8>) -> Int {
    guard let file = input else { return -1 }
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe sysWrite(file, buffer.baseAddress, buffer.count)
    }
    if count < 0, errno == EINTR || errno == EAGAIN { return 0 }
    return count
  }

  /// Waits until the program's output can be read or its input can be written.
  func wait(toWrite: Bool, milliseconds: Int32) -> Ready {
    var files = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)]
    if toWrite, let file = input {
      files.append(pollfd(fd: file, events: Int16(POLLOUT), revents: 0))
    }
    guard unsafe sysPoll(&files, nfds_t(files.count), milliseconds) > 0 else { return .nothing }
    if files[0].revents != 0 { return .readable }
    return files.count > 1 && files[1].revents != 0 ? .writable : .nothing
  }

  /// Returns the next bytes of its output; nil at the end.
  func read() -> [UInt8]? { Spawning.read(output) }

  /// Returns the next line of its output, without the line end; nil at the end.
  package func readLine() -> [UInt8]? {
    var searched = 0
    while true {
      if let end = pending[searched...].firstIndex(of: 0x0A) {
        let line = Array(pending[..<end])
        pending.removeFirst(end + 1)
        return line
      }
      searched = pending.count
      guard let bytes = read() else { return nil }
      pending += bytes
    }
  }

  /// Returns how it ended; nil while it runs.
  func poll() -> BoundedProcess.End? {
    if status == nil {
      var now: Int32 = 0
      if unsafe waitpid(child, &now, WNOHANG) == child { status = now }
    }
    return status.map { status in
      let signal = Int(status & 0x7F)
      return signal == 0 ? .status(Int(status >> 8) & 0xFF) : .signal(signal)
    }
  }

  /// Ends it and all programs in its process group.
  func killGroup() { kill(-child, SIGKILL) }

  /// Waits for its end and returns its exit status.
  @discardableResult
  func reap() -> Int {
    var now: Int32 = 0
    if status == nil {
      while unsafe waitpid(child, &now, 0) < 0, errno == EINTR {}
      status = now
    }
    return Int((status ?? 0) >> 8) & 0xFF
  }
}

private func sysWrite(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, buffer, count)
}
