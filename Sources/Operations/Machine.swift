package import Host
package import Targets

/// The machine that operations work on: its programs, files, clock and network, and the receiver of
/// events.
///
/// This is a value, so that tests can run operations on simulated machines. Folders are always
/// real: those of the workspace, and those that ``variable`` names.
package struct Machine: Sendable {
  /// The prefix of every path of a system file; empty for the machine that amm runs on.
  package var root = ""
  /// The ID of the user that servers run as.
  package var user = Host.userID
  /// The manager of systemd that runs the workspace's servers on it.
  package var scope = Scope.user
  /// The user's name; nil if it is not known.
  package var userName: String?
  /// Returns an environment variable; nil if it is not set.
  package var variable: @Sendable (_ name: String) -> String? = { Terminal.variable($0) }
  /// Returns the path of a program on the search path, or relative to a folder if the name has a
  /// slash; nil if the program does not exist.
  package var find: @Sendable (_ program: String, _ folder: String?) -> String? = {
    Subprocess.find($0, from: $1)
  }
  /// Runs a program for its output; nil if the program does not exist.
  package var answer: @Sendable (_ question: Query) -> Subprocess.Result? = { query in
    guard let prefix = query.withheld else { return try? Subprocess.capture(query.words) }
    return try? Subprocess.capture(query.words, withholding: prefix, adding: query.added)
  }
  /// Runs a program for its effect, and passes on each line that it writes.
  package var perform:
    @Sendable (
      _ words: [String], _ folder: String?, _ line: (Terminal.Stream, [UInt8]) -> Void
    ) throws(HostError) -> Subprocess.Result = {
      (words, folder, line) throws(HostError) in
      try Subprocess.run(words, in: folder, hearing: line)
    }
  /// Runs a program in the same way for at most a number of seconds.
  package var performWithin:
    @Sendable (
      _ seconds: Double, _ words: [String], _ line: (Terminal.Stream, [UInt8]) -> Void
    ) throws(HostError) -> Subprocess.Result = {
      (seconds, words, line) throws(HostError) in
      try Subprocess.run(words, patience: seconds, hearing: line)
    }
  /// Returns the free bytes on the disk of a path; nil if they are not known.
  package var freeBytes: @Sendable (_ path: String) -> Int? = { Files.freeBytes(at: $0) }
  /// The clock, which also waits.
  package var clock = MachineClock()
  /// Waits for up to a number of seconds, and returns whether someone asked this process to end.
  package var waitForEnd: @Sendable (_ seconds: Double) -> Bool = { Signals.wait(seconds: $0) }
  /// The queries to servers on this machine.
  package var network = LocalNetwork()
  /// Receives events.
  package var tell: @Sendable (Event) -> Void
  /// Asks whether the user agrees to run a part of a workspace; nil if there is no one to ask.
  package var agrees: @Sendable (Trust.Part) -> Bool?

  /// Creates the machine that amm runs on.
  package init(
    tell: @escaping @Sendable (Event) -> Void, agrees: @escaping @Sendable (Trust.Part) -> Bool?
  ) {
    self.tell = tell
    self.agrees = agrees
  }

  /// A program with its arguments and environment.
  package struct Query: Sendable {
    /// The program and its arguments.
    package let words: [String]
    /// The prefix of variables that are withheld from it; nil to pass on all variables.
    package var withheld: String?
    /// Additional variables, each as `NAME=value`.
    package var added: [String] = []

    init(_ words: [String], withholding prefix: String? = nil, adding added: [String] = []) {
      self.words = words
      withheld = prefix
      self.added = added
    }
  }
}

/// The time, for messages and records.
package struct MachineClock: Sendable {
  /// Seconds since an arbitrary moment, for durations.
  package var monotonic: @Sendable () -> Double = { Clock.monotonic() }
  /// Seconds since 1970.
  package var epoch: @Sendable () -> Int = { Clock.epoch() }
  /// The date and time in UTC: `2026-11-24T05:12:00Z`.
  package var timestamp: @Sendable () -> String = { Clock.timestamp() }
  /// Waits for a number of seconds.
  package var sleep: @Sendable (_ seconds: Double) -> Void = { Clock.sleep(seconds: $0) }

  init() {}
}

/// The servers on the addresses of this machine.
package struct LocalNetwork: Sendable {
  /// Returns whether an address belongs to this machine.
  package var isOwn: @Sendable (_ address: String) -> Bool = { Addresses.isOfThisMachine($0) }
  /// Returns whether a program listens on a port.
  package var isListening: @Sendable (_ address: String, _ port: Int) -> Bool = {
    HTTP.isListening(address: $0, port: $1)
  }
  /// Returns the status of a `GET` request; nil if there is no answer.
  package var status: @Sendable (_ address: String, _ port: Int, _ path: String) -> Int? = {
    HTTP.status(address: $0, port: $1, path: $2)
  }
  /// Returns up to `limit` bytes of the answer to a `GET` request, sent with a key if there is one;
  /// nil if there is no answer.
  package var get:
    @Sendable (
      _ address: String, _ port: Int, _ path: String, _ limit: Int, _ key: String?
    ) -> HTTP.Answer? = {
      HTTP.get(address: $0, port: $1, path: $2, limit: $3, key: $4)
    }

  init() {}
}

extension Machine {
  /// Runs a program for its output; nil if the program does not exist.
  package func capture(_ words: [String]) -> Subprocess.Result? { answer(Query(words)) }

  /// Returns whether a program is on the search path.
  package func has(_ program: String) -> Bool { find(program, nil) != nil }

  /// Runs a program, and reports each line that it writes.
  package func run(
    _ words: [String], in folder: String? = nil
  ) throws(HostError) -> Subprocess.Result {
    try perform(words, folder) { stream, line in
      tell(.programLine(String(decoding: line, as: UTF8.self), isError: stream == .error))
    }
  }

  /// Runs a program, reports each line that it writes, and returns whether it succeeded.
  package func passLines(of words: [String]) throws(HostError) -> Bool { try run(words).isSuccess }

  /// Runs a program that prints a server's log, and reports each line.
  ///
  /// - Throws: If the program fails.
  package func passLog(of words: [String]) throws(HostError) {
    let result = try run(words)
    guard result.isSuccess else {
      throw HostError(
        "read the log with", words[0], reason: "it ended with status \(result.status)")
    }
  }

  /// Runs a program, reports each line that it writes, and keeps the last 20 lines.
  package func follow(
    _ words: [String]
  ) throws(HostError) -> (result: Subprocess.Result, lastWords: String) {
    var last: [String] = []
    let result = try perform(words, nil) { _, line in
      let text = String(decoding: line, as: UTF8.self)
      if last.count == 20 { last.removeFirst() }
      last.append(text)
      tell(.programLine(text, isError: true))
    }
    return (result, last.joined(separator: "\n"))
  }

  /// Returns the user's name, from the environment or from `id`.
  package func knownUserName() -> String? {
    variable("USER") ?? variable("LOGNAME") ?? firstLine(of: ["id", "-un"])
  }
}

/// Access to the system's files.
extension Machine {
  /// The bytes that are read of a system file; CDI files of many GPUs are smaller.
  private static let limit = 4 << 20

  /// Returns a file's bytes; nil if it cannot be read.
  package func read(_ path: String) -> [UInt8]? {
    (try? Files.read(root + path, limit: Self.limit)) ?? nil
  }

  /// Returns a short file, such as one of `/proc` or `/sys`; nil if it cannot be read.
  package func text(_ path: String) -> String? {
    let bytes = (try? Files.readStream(root + path)) ?? nil
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Returns whether a file of any kind exists at a path; follows links.
  package func exists(_ path: String) -> Bool {
    ((try? Files.kind(of: root + path)) ?? nil) != nil
  }

  /// Returns the permission bits of a file; nil if it does not exist.
  package func permissions(of path: String) -> Int? { Files.permissions(of: root + path) }

  /// Returns the ID of a file's group; nil if the file does not exist.
  package func group(of path: String) -> Int? { Files.group(of: root + path) }

  /// Returns the names in a folder, sorted; empty if it cannot be read.
  package func names(in path: String) -> [String] { (try? Files.names(in: root + path)) ?? [] }

  /// Returns the first line that a program prints; nil if it is missing, fails or prints nothing.
  package func firstLine(of words: [String]) -> String? {
    guard let result = capture(words), result.isSuccess else { return nil }
    return result.output.split(separator: "\n").first.map(String.init)
  }
}
