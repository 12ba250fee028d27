import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Programs that amm starts.
///
/// `posix_spawn` and not Foundation's Process, which costs 40 MB and 50 ms a child.
package enum Subprocess {
  /// What a finished program left.
  package struct Result: Sendable {
    /// Its exit status; 128 and the signal's number when a signal ended it.
    package let status: Int
    /// Its standard output, where it was kept.
    package let output: String

    package var isSuccess: Bool { status == 0 }
  }

  /// The path of a program on `PATH`; nil where there is none.
  package static func find(_ name: String) -> String? {
    guard !name.contains("/") else { return isExecutable(name) ? name : nil }
    for folder in (Terminal.variable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
      let path = folder + "/" + name
      if isExecutable(path) { return path }
    }
    return nil
  }

  private static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return unsafe access(path, X_OK) == 0
  }

  /// Runs a program to its end; what it prints goes where amm's own output goes.
  ///
  /// - Parameter folder: Where it runs; nil for where amm does.
  package static func run(
    _ words: [String], in folder: String? = nil
  ) throws(HostError) -> Result {
    try spawn(words, in: folder, output: nil)
  }

  /// Runs a program to its end and keeps its standard output; its complaints are dropped.
  package static func capture(_ words: [String]) throws(HostError) -> Result {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw .last("make", "a pipe") }
    return try spawn(words, in: nil, output: (read: ends[0], write: ends[1]))
  }

  private static func spawn(
    _ words: [String], in folder: String?, output: (read: Int32, write: Int32)?
  ) throws(HostError) -> Result {
    guard let name = words.first, let program = find(name) else {
      if let output {
        close(output.read)
        close(output.write)
      }
      throw HostError("run", words.first ?? "", reason: "there is no such program")
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    if let folder { unsafe amm_spawn_in(&actions, folder) }
    if let output {
      unsafe posix_spawn_file_actions_adddup2(&actions, output.write, 1)
      unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
      unsafe posix_spawn_file_actions_addclose(&actions, output.read)
      unsafe posix_spawn_file_actions_addclose(&actions, output.write)
    }
    var arguments = unsafe ([program] + words.dropFirst()).map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var child = pid_t()
    let failure = unsafe posix_spawn(&child, program, &actions, nil, &arguments, environ)
    if let output { close(output.write) }
    guard failure == 0 else {
      if let output { close(output.read) }
      throw HostError("run", program, reason: unsafe String(cString: strerror(failure)))
    }
    let text = output.map { readAll($0.read) } ?? ""
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = Int(status & 0x7F)
    return Result(status: signal == 0 ? Int(status >> 8) & 0xFF : 128 + signal, output: text)
  }

  private static func readAll(_ file: Int32) -> String {
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(file, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
