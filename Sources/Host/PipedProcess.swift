#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A running program whose standard input and output lead here.
package final class PipedProcess {
  package enum Ready { case readable, writable, nothing }

  private let child: pid_t
  private var input: Int32?
  private let output: Int32
  private var pending: [UInt8] = []
  private var status: Int32?

  /// - Parameters:
  ///   - ownGroup: Whether it and what it starts can be ended together; it does not get the
  ///     terminal's signals then.
  ///   - quiet: Whether its complaints are dropped.
  package init(
    _ words: [String], ownGroup: Bool = false, quiet: Bool = false
  ) throws(HostError) {
    guard let name = words.first, let program = Subprocess.find(name) else {
      throw HostError("run", words.first ?? "", reason: "there is no such program")
    }
    // Whoever writes to a program that is gone wants an error, not an end.
    _ = signal(SIGPIPE, SIG_IGN)
    var toChild: [Int32] = [0, 0]
    var fromChild: [Int32] = [0, 0]
    guard unsafe pipe(&toChild) == 0 else { throw .last("make", "a pipe") }
    guard unsafe pipe(&fromChild) == 0 else {
      for file in toChild { close(file) }
      throw .last("make", "a pipe")
    }
    // No other child may keep these ends open.
    for file in [toChild[1], fromChild[0]] { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
    if quiet { unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
    for file in [toChild[0], fromChild[1]] {
      unsafe posix_spawn_file_actions_addclose(&actions, file)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = Int32(POSIX_SPAWN_SETSIGDEF) | (ownGroup ? Int32(POSIX_SPAWN_SETPGROUP) : 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    var arguments = unsafe ([program] + words.dropFirst()).map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var child = pid_t()
    let failure = unsafe posix_spawn(
      &child, program, &actions, &attributes, &arguments, environ)
    close(toChild[0])
    close(fromChild[1])
    guard failure == 0 else {
      close(toChild[1])
      close(fromChild[0])
      throw HostError("run", program, reason: unsafe String(cString: strerror(failure)))
    }
    self.child = child
    input = toChild[1]
    output = fromChild[0]
  }

  deinit {
    closeInput()
    close(output)
  }

  package func closeInput() {
    if let file = input { close(file) }
    input = nil
  }

  func makeInputNonblocking() {
    if let file = input { _ = fcntl(file, F_SETFL, O_NONBLOCK) }
  }

  /// Writes all of a text.
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

  /// - Returns: How many bytes were taken; a negative number where nobody reads.
  func write(some bytes: ArraySlice<UInt8>) -> Int {
    guard let file = input else { return -1 }
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe sysWrite(file, buffer.baseAddress, buffer.count)
    }
    if count < 0, errno == EINTR || errno == EAGAIN { return 0 }
    return count
  }

  /// Waits until something can be read or written.
  func wait(toWrite: Bool, milliseconds: Int32) -> Ready {
    var files = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)]
    if toWrite, let file = input {
      files.append(pollfd(fd: file, events: Int16(POLLOUT), revents: 0))
    }
    guard unsafe sysPoll(&files, nfds_t(files.count), milliseconds) > 0 else { return .nothing }
    if files[0].revents != 0 { return .readable }
    return files.count > 1 && files[1].revents != 0 ? .writable : .nothing
  }

  /// What it printed since; nil at the end.
  func read() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe sysRead(output, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      return count > 0 ? Array(buffer[..<count]) : nil
    }
  }

  /// The next line that it prints, without its end; nil at the end.
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

  /// How it ended; nil while it runs.
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

  /// Ends it with everything it started in its group.
  func killGroup() { kill(-child, SIGKILL) }

  /// Waits for its end.
  @discardableResult
  package func reap() -> Int {
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

private func sysRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  unsafe read(file, buffer, count)
}

private func sysPoll(
  _ files: UnsafeMutablePointer<pollfd>, _ count: nfds_t, _ milliseconds: Int32
) -> Int32 {
  unsafe poll(files, count, milliseconds)
}
