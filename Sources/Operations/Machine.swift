package import Host

/// The machine that operations work on: what they run, ask and look up, and whom they tell.
///
/// A value, so that operations can be tried on machines that are not there. Folders are real ones: those
/// of the workspace, and those that ``variable`` names.
package struct Machine: Sendable {
  /// What stands before every path of the system's own; nothing for the machine that amm runs on.
  package var root = ""
  /// The number of the user that servers run for.
  package var user = Host.userID
  /// The user's name; nil where nothing tells it.
  package var userName: String?
  /// A variable of the environment; nil where it is not set.
  package var variable: @Sendable (_ name: String) -> String? = { Terminal.variable($0) }
  /// The path of a program on the search path, or from a folder where it has a slash; nil where there
  /// is none.
  package var find: @Sendable (_ program: String, _ folder: String?) -> String? = {
    Subprocess.find($0, from: $1)
  }
  /// Runs a program that answers a question; nil where there is none.
  package var answer: @Sendable (_ question: Query) -> Subprocess.Result? = { query in
    guard let prefix = query.withheld else { return try? Subprocess.capture(query.words) }
    return try? Subprocess.capture(query.words, withholding: prefix, adding: query.added)
  }
  /// Runs a program that does something, and hands on each line that it writes.
  package var perform:
    @Sendable (
      _ words: [String], _ folder: String?, _ line: (Terminal.Stream, [UInt8]) -> Void
    ) throws(HostError) -> Subprocess.Result = {
      (words, folder, line) throws(HostError) in
      try Subprocess.run(words, in: folder, hearing: line)
    }
  /// Bytes that are free where a path lies; nil where that cannot be told.
  package var freeBytes: @Sendable (_ path: String) -> Int? = { Files.freeBytes(at: $0) }
  /// What tells the time, and waits.
  package var clock = MachineClock()
  /// What asks servers of this machine.
  package var network = LocalNetwork()
  /// Hears what happens.
  package var tell: @Sendable (Event) -> Void
  /// Whether the user agrees to a part of a workspace being run; nil where nobody is there to be asked.
  package var agrees: @Sendable (Trust.Part) -> Bool?

  /// The machine that amm runs on.
  package init(
    tell: @escaping @Sendable (Event) -> Void, agrees: @escaping @Sendable (Trust.Part) -> Bool?
  ) {
    self.tell = tell
    self.agrees = agrees
  }

  /// A program with its arguments, and what it gets of the environment.
  package struct Query: Sendable {
    /// The program and its arguments.
    package let words: [String]
    /// The beginning of the names of variables that it does not get; nil for all that amm has.
    package var withheld: String?
    /// `NAME=value` each.
    package var added: [String] = []

    init(_ words: [String], withholding prefix: String? = nil, adding added: [String] = []) {
      self.words = words
      withheld = prefix
      self.added = added
    }
  }
}

/// Time, for what is told to people and recorded.
package struct MachineClock: Sendable {
  /// Seconds since some moment, for durations.
  package var monotonic: @Sendable () -> Double = { Clock.monotonic() }
  /// Seconds since 1970.
  package var epoch: @Sendable () -> Int = { Clock.epoch() }
  /// The time of day in UTC: `2026-11-24T05:12:00Z`.
  package var timestamp: @Sendable () -> String = { Clock.timestamp() }
  /// Does nothing for a while.
  package var sleep: @Sendable (_ seconds: Double) -> Void = { Clock.sleep(seconds: $0) }

  init() {}
}

/// What answers on addresses of this machine.
package struct LocalNetwork: Sendable {
  /// Whether an address leads to this machine.
  package var isOwn: @Sendable (_ address: String) -> Bool = { Addresses.isOfThisMachine($0) }
  /// Whether something listens on a port.
  package var isListening: @Sendable (_ address: String, _ port: Int) -> Bool = {
    HTTP.isListening(address: $0, port: $1)
  }
  /// The status of a `GET`; nil when nobody answers.
  package var status: @Sendable (_ address: String, _ port: Int, _ path: String) -> Int? = {
    HTTP.status(address: $0, port: $1, path: $2)
  }
  /// The answer to a `GET`, of which so many bytes are read, with a key where there is one; nil when
  /// nobody answers.
  package var get:
    @Sendable (
      _ address: String, _ port: Int, _ path: String, _ limit: Int, _ key: String?
    ) -> HTTP.Answer? = {
      HTTP.get(address: $0, port: $1, path: $2, limit: $3, key: $4)
    }

  init() {}
}

extension Machine {
  /// Runs a program that answers a question; nil where there is none.
  package func capture(_ words: [String]) -> Subprocess.Result? { answer(Query(words)) }

  /// Whether a program is on the search path.
  package func has(_ program: String) -> Bool { find(program, nil) != nil }

  /// Runs a program, and tells what it says.
  package func run(
    _ words: [String], in folder: String? = nil
  ) throws(HostError) -> Subprocess.Result {
    try perform(words, folder) { stream, line in
      tell(.programLine(String(decoding: line, as: UTF8.self), isError: stream == .error))
    }
  }

  /// Runs a program, tells what it says, and keeps its last lines.
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

  /// The user's name, from the environment or by asking.
  package func knownUserName() -> String? {
    variable("USER") ?? variable("LOGNAME") ?? firstLine(of: ["id", "-un"])
  }
}

/// The system's files, for who looks at the machine.
extension Machine {
  /// Bytes of a file of the system that are read: CDI files of many GPUs have less.
  private static let limit = 4 << 20

  /// A file's bytes; nil where it cannot be read.
  package func read(_ path: String) -> [UInt8]? {
    (try? Files.read(root + path, limit: Self.limit)) ?? nil
  }

  /// A file of `/proc` or `/sys`, or another one that is short; nil where it cannot be read.
  package func text(_ path: String) -> String? {
    let bytes = (try? Files.readStream(root + path)) ?? nil
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether something lies at a path, whatever it is; follows links.
  package func exists(_ path: String) -> Bool {
    ((try? Files.kind(of: root + path)) ?? nil) != nil
  }

  /// The permission bits of a file; nil where there is none.
  package func permissions(of path: String) -> Int? { Files.permissions(of: root + path) }

  /// The number of the group that a file belongs to; nil where there is none.
  package func group(of path: String) -> Int? { Files.group(of: root + path) }

  /// The names in a folder, sorted; none where it cannot be read.
  package func names(in path: String) -> [String] { (try? Files.names(in: root + path)) ?? [] }

  /// What a program prints first; nil where it is missing, fails or prints nothing.
  package func firstLine(of words: [String]) -> String? {
    guard let result = capture(words), result.isSuccess else { return nil }
    return result.output.split(separator: "\n").first.map(String.init)
  }
}
