#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Programs that amm starts and waits for.
package enum Subprocess {
  /// The result of a finished program.
  package struct Result: Sendable {
    /// Its exit status; 128 plus the signal number if a signal ended it.
    package let status: Int
    /// Its standard output, if it was kept.
    package let output: String
    /// The reason why amm ended it; nil if it ended by itself.
    package let overrun: Overrun?

    /// Whether it ended by itself, with status 0 and within its limits.
    package var isSuccess: Bool { status == 0 && overrun == nil }

    package init(status: Int, output: String, overrun: Overrun? = nil) {
      self.status = status
      self.output = output
      self.overrun = overrun
    }
  }

  /// Returns the path of a program on `PATH`; nil if there is none.
  ///
  /// Relative folders in `PATH` are skipped, because they could be in a workspace.
  ///
  /// - Parameter folder: The folder that a path with a slash is relative to; nil for the current
  ///   folder.
  package static func find(_ name: String, from folder: String? = nil) -> String? {
    if name.contains("/") {
      let path = folder.map { name.hasPrefix("/") ? name : $0 + "/" + name } ?? name
      return isExecutable(path) ? name : nil
    }
    for folder in (Terminal.variable("PATH") ?? "/usr/bin:/bin").split(separator: ":")
    where folder.hasPrefix("/") {
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

  /// Runs a program to its end and passes on its output line by line.
  ///
  /// - Parameters:
  ///   - folder: The folder it runs in; nil for the current folder.
  ///   - patience: The time limit in seconds; nil for none. A program that takes longer is ended.
  ///   - hear: Receives each line without its end, and the stream it was written to.
  package static func run(
    _ words: [String], in folder: String? = nil, patience: Double? = nil,
    hearing hear: (Terminal.Stream, [UInt8]) -> Void
  ) throws(HostError) -> Result {
    let output = try Spawning.pipe()
    let errors = try Spawning.pipe()
    var streams = [
      LineReader(output.read, of: .output), LineReader(errors.read, of: .error),
    ]
    defer { for stream in streams { close(stream.file) } }
    var setting = Spawning.Setting()
    setting.output = .file(output.write)
    setting.errors = .file(errors.write)
    setting.folder = folder
    let child = try Spawning.start(words, setting, thenClosing: [output.write, errors.write])
    var overrun: Overrun?
    let start = Clock.monotonic()
    let status = Self.follow(child) { milliseconds in
      if let patience, Clock.monotonic() - start > patience {
        overrun = .time
        kill(child, SIGKILL)
        return nil
      }
      guard streams.contains(where: { !$0.isAtEnd }) else { return nil }
      var files = streams.map { stream in
        pollfd(fd: stream.isAtEnd ? -1 : stream.file, events: Int16(POLLIN), revents: 0)
      }
      guard unsafe sysPoll(&files, nfds_t(files.count), milliseconds) > 0 else { return false }
      for index in streams.indices where files[index].revents != 0 {
        streams[index].take(hear)
      }
      return true
    }
    for index in streams.indices { streams[index].finish(hear) }
    return Result(status: status, output: "", overrun: overrun)
  }

  /// Runs a program with amm's own standard streams and terminal.
  ///
  /// All processes that it leaves running are ended too, including those in the background.
  ///
  /// - Returns: Its exit status; 128 plus the signal number if a signal ended it.
  package static func accompany(_ words: [String]) throws(HostError) -> Int {
    Orphans.adopt()
    var setting = Spawning.Setting()
    setting.input = .inherited
    let child = try Spawning.start(words, setting, thenClosing: [])
    let status = Spawning.wait(for: child)
    Orphans.end()
    return status
  }

  /// Reads a program's output until the program and its output end.
  ///
  /// Processes that it left running may keep its streams open; amm does not wait for them.
  ///
  /// - Parameter read: Waits for a number of milliseconds. Returns whether there was output; nil
  ///   when all streams have ended.
  /// - Returns: The program's exit status; 128 plus the signal number if a signal ended it.
  private static func follow(_ child: pid_t, reading read: (Int32) -> Bool?) -> Int {
    var lastLook = Clock.monotonic()
    var end: (status: Int, time: Double)?
    while true {
      guard let isMore = read(end == nil ? 100 : 0) else { break }
      if let end {
        // The program's own output is already there; other processes could write forever.
        if !isMore || Clock.monotonic() - end.time > 0.5 { break }
      } else if !isMore || Clock.monotonic() - lastLook > 0.1 {
        lastLook = Clock.monotonic()
        end = Spawning.status(of: child).map { ($0, lastLook) }
      }
    }
    return end?.status ?? Spawning.wait(for: child)
  }

  /// The maximum number of bytes of output; a program that prints more is ended.
  private static let outputLimit = 8 << 20
  /// The time limit for a program's answer in seconds; a program that takes longer is ended.
  package static let patience = 10.0

  /// The reason why amm ended a program, as text to follow its name.
  package enum Overrun: String, Sendable {
    case time = "did not answer within 10 seconds"
    case output = "printed more than 8 MiB"
  }

  /// Runs a program to its end and keeps its standard output; its standard error is discarded.
  ///
  /// - Parameters:
  ///   - withheld: A prefix of the names of variables to withhold from it.
  ///   - variables: Variables to set instead, as `NAME=value`.
  ///   - patience: The time limit in seconds.
  package static func capture(
    _ words: [String], withholding withheld: String? = nil, adding variables: [String] = [],
    patience: Double = Subprocess.patience
  ) throws(HostError) -> Result {
    let pipe = try Spawning.pipe()
    defer { close(pipe.read) }
    var setting = Spawning.Setting()
    setting.output = .file(pipe.write)
    setting.errors = .nothing
    setting.withheld = withheld
    setting.variables = variables
    let child = try Spawning.start(words, setting, thenClosing: [pipe.write])
    var bytes: [UInt8] = []
    var overrun: Overrun?
    let start = Clock.monotonic()
    let status = follow(child) { milliseconds in
      if Clock.monotonic() - start > patience {
        overrun = .time
        kill(child, SIGKILL)
        return nil
      }
      var files = [pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)]
      guard unsafe sysPoll(&files, 1, milliseconds) > 0 else { return false }
      guard let more = Spawning.read(pipe.read) else { return nil }
      bytes += more
      guard bytes.count > outputLimit else { return true }
      overrun = .output
      kill(child, SIGKILL)
      return nil
    }
    return Result(status: status, output: String(decoding: bytes, as: UTF8.self), overrun: overrun)
  }
}

/// A stream of a program, split into lines.
private struct LineReader {
  let file: Int32
  private let stream: Terminal.Stream
  private(set) var isAtEnd = false
  private var pending: [UInt8] = []
  /// The maximum length of a line; longer lines are passed on in pieces.
  private static let limit = 1 << 20

  init(_ file: Int32, of stream: Terminal.Stream) {
    self.file = file
    self.stream = stream
  }

  mutating func take(_ hear: (Terminal.Stream, [UInt8]) -> Void) {
    guard let bytes = Spawning.read(file) else {
      isAtEnd = true
      return finish(hear)
    }
    pending += bytes
    var start = 0
    while let end = pending[start...].firstIndex(of: 0x0A) {
      hear(stream, Array(pending[start..<end]))
      start = end + 1
    }
    pending.removeFirst(start)
    if pending.count > Self.limit { finish(hear) }
  }

  /// Passes on a last line without a line end.
  mutating func finish(_ hear: (Terminal.Stream, [UInt8]) -> Void) {
    if !pending.isEmpty { hear(stream, pending) }
    pending = []
  }
}

func sysPoll(
  _ files: UnsafeMutablePointer<pollfd>, _ count: nfds_t, _ milliseconds: Int32
) -> Int32 {
  unsafe poll(files, count, milliseconds)
}
