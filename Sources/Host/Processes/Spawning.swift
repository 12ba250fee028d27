import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Starts programs with `posix_spawn`, because Foundation's Process costs 40 MB and 50 ms for each
/// child.
enum Spawning {
  /// What a standard stream of a program is connected to.
  enum Stream {
    /// amm's own stream.
    case inherited
    case nothing
    case file(Int32)
  }

  /// The settings for a program besides its arguments.
  struct Setting {
    var input = Stream.nothing
    var output = Stream.inherited
    var errors = Stream.inherited
    /// The folder it runs in; nil for amm's own.
    var folder: String?
    /// Whether it gets its own process group, so that it can be ended with all programs that it
    /// starts.
    ///
    /// It then does not get the terminal's signals.
    var hasOwnGroup = false
    /// A prefix of the names of variables to withhold from it.
    var withheld: String?
    /// Additional variables, as `NAME=value`.
    var variables: [String] = []
  }

  /// Starts a program and returns its process ID.
  ///
  /// - Parameters:
  ///   - words: The program, as a path or a name on `PATH`, and its arguments.
  ///   - ends: Files to close once the program has them or could not be started.
  static func start(
    _ words: [String], _ setting: Setting, thenClosing ends: [Int32]
  ) throws(HostError) -> pid_t {
    defer { for end in ends { close(end) } }
    guard let name = words.first, let program = Subprocess.find(name, from: setting.folder) else {
      throw HostError("run", words.first ?? "", reason: "there is no such program")
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in [setting.input, setting.output, setting.errors].enumerated() {
      switch stream {
      case .inherited: break
      case .nothing:
        unsafe posix_spawn_file_actions_addopen(
          &actions, Int32(number), "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0)
      case .file(let file):
        unsafe posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
      }
    }
    if let folder = setting.folder { unsafe amm_spawn_in(&actions, folder) }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // amm ignores these signals; other programs must end when their output is not read.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe sigaddset(&signals, SIGXFSZ)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags =
      Int32(POSIX_SPAWN_SETSIGDEF) | (setting.hasOwnGroup ? Int32(POSIX_SPAWN_SETPGROUP) : 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    var arguments = unsafe ([program] + words.dropFirst()).map { unsafe strdup($0) } + [nil]
    let environment = environment(without: setting.withheld) + setting.variables
    var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
    var child = pid_t()
    let failure = unsafe posix_spawn(
      &child, program, &actions, &attributes, &arguments, &variables)
    guard failure == 0 else {
      throw HostError("run", program, reason: unsafe String(cString: strerror(failure)))
    }
    return child
  }

  /// Returns amm's own variables as `NAME=value`.
  private static func environment(without start: String?) -> [String] {
    var variables: [String] = []
    var next = unsafe environ
    while let variable = unsafe next.pointee {
      let text = unsafe String(cString: variable)
      if start.map({ !text.hasPrefix($0) }) ?? true { variables.append(text) }
      unsafe next += 1
    }
    return variables
  }

  /// Creates a pipe whose ends are not inherited by other programs.
  static func pipe() throws(HostError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe sysPipe(&ends) == 0 else { throw .last("create", "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Waits for a program to end.
  ///
  /// - Returns: Its exit status; 128 plus the signal number if a signal ended it.
  static func wait(for child: pid_t) -> Int {
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    return meaning(of: status)
  }

  /// Returns the exit status of a program that has ended; nil while it runs.
  static func status(of child: pid_t) -> Int? {
    var status: Int32 = 0
    return unsafe waitpid(child, &status, WNOHANG) == child ? meaning(of: status) : nil
  }

  private static func meaning(of status: Int32) -> Int {
    let signal = Int(status & 0x7F)
    return signal == 0 ? Int(status >> 8) & 0xFF : 128 + signal
  }

  /// Returns the bytes that can be read from a file now; nil at its end.
  static func read(_ file: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe sysRead(file, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      return count > 0 ? Array(buffer[..<count]) : nil
    }
  }
}

private func sysPipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 { unsafe pipe(ends) }

private func sysRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  unsafe read(file, buffer, count)
}
