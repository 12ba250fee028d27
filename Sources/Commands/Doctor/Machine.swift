import Host

/// What is looked at of the machine: its files, its programs, and for whom.
///
/// A value, so that findings can be tried on machines that are not there.
struct Machine: Sendable {
  /// What stands before every path; nothing for the machine that amm runs on.
  var root = ""
  /// The number of the user that servers run for.
  var user = Host.userID
  /// The user's name; nil where nothing tells it.
  var userName: String?
  /// Runs a program that answers a question; nil where there is none.
  var ask: @Sendable ([String]) -> Subprocess.Result? = { try? Subprocess.capture($0) }
  /// Whether a program is on the search path.
  var has: @Sendable (String) -> Bool = { Subprocess.find($0) != nil }

  /// The one that amm runs on.
  static var here: Machine {
    var machine = Machine()
    machine.userName =
      Terminal.variable("USER") ?? Terminal.variable("LOGNAME")
      ?? machine.firstLine(of: ["id", "-un"])
    return machine
  }

  /// Bytes of a file of the system that are read: CDI files of many GPUs have less.
  private static let limit = 4 << 20

  /// A file's bytes; nil where it cannot be read.
  func read(_ path: String) -> [UInt8]? { (try? Files.read(root + path, limit: Self.limit)) ?? nil }

  /// A file of `/proc` or `/sys`, or another one that is short; nil where it cannot be read.
  func text(_ path: String) -> String? {
    let bytes = (try? Files.readStream(root + path)) ?? nil
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  func exists(_ path: String) -> Bool { ((try? Files.kind(of: root + path)) ?? nil) != nil }

  /// The permission bits of a file; nil where there is none.
  func permissions(of path: String) -> Int? { Files.permissions(of: root + path) }

  /// The number of the group that a file belongs to; nil where there is none.
  func group(of path: String) -> Int? { Files.group(of: root + path) }

  /// The names in a folder, sorted; none where it cannot be read.
  func names(in path: String) -> [String] { (try? Files.names(in: root + path)) ?? [] }

  /// What a program prints first; nil where it is missing, fails or prints nothing.
  func firstLine(of words: [String]) -> String? {
    guard let result = ask(words), result.isSuccess else { return nil }
    return result.output.split(separator: "\n").first.map(String.init)
  }
}
