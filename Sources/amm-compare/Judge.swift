import Comparison
import Host
import Values

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Scores answers in child processes with limits.
enum Judge {
  /// The CPU seconds that a regular expression may use for one answer.
  private static let matchSeconds = 2

  /// The first arguments with which this program starts itself with limits.
  ///
  /// No instance can have such a name.
  static let matchWord = "+match"
  static let limitedWord = "+limited"

  /// Matches a pattern in a child process, which is ended if it takes too long.
  static func match(_ pattern: Pattern, _ answer: String) -> Score {
    let question: Value = .set([
      "pattern": .text(pattern.text), "ignoreCase": .boolean(pattern.ignoresCase),
      "answer": .text(answer),
    ])
    guard let program = Files.program(),
      let result = try? BoundedProcess.run(
        [program, matchWord], input: Array(JSON.line(question).utf8),
        limit: Double(matchSeconds) * 5)
    else { return Score(0, "the pattern could not be matched") }
    switch (result.end, JSONValue(parsing: result.output)?["matches"]?.boolean) {
    case (.status(0), let matches?):
      return Score(matches ? 1 : 0, matches ? "" : "the pattern does not match")
    case (.status, _): return Score(0, "the pattern could not be matched")
    case (.signal, _), (.timedOut, _):
      return Score(0, "the pattern took more than \(matchSeconds) s")
    }
  }

  /// Does the work of `match` in the child process.
  static func matchOnce() {
    limit(RLIMIT_CPU, UInt(matchSeconds))
    limit(RLIMIT_AS, 1 << 30)
    var bytes: [UInt8] = []
    while let line = readLine(strippingNewline: false) { bytes += line.utf8 }
    guard let json = JSONValue(parsing: bytes), let text = json["pattern"]?.text,
      let ignoresCase = json["ignoreCase"]?.boolean, let answer = json["answer"]?.text
    else { exit(1) }
    let pattern = Pattern(text: text, ignoresCase: ignoresCase)
    print(JSON.line(.set(["matches": .boolean(pattern.matches(answer))])))
  }

  /// The result of a scoring program.
  enum Verdict {
    /// It ended with an exit status.
    case ended(Int)
    /// It was stopped, with a reason.
    case stopped(String)
    /// It cannot run, with a reason.
    case refused(String)
  }

  /// Runs a scoring program with an answer as its input, in a container if it has an image.
  static func run(_ command: CommandScoring, _ input: String) -> Verdict {
    guard let program = Files.program() else { return .refused("amm-compare was not found") }
    let seconds = String(command.timeout)
    let name = "amm-score-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let words =
      command.image.map { Sandbox.words(name: name, image: $0, command) }
      ?? [program, limitedWord, seconds] + command.words
    // A container needs time to start.
    let limit = Double(command.timeout) + (command.image == nil ? 0 : 30)
    do throws(HostError) {
      let result = try BoundedProcess.run(
        words, input: Array(input.utf8), limit: limit, onlyChild: command.image == nil)
      if command.image != nil, result.end == .timedOut { Sandbox.remove(name) }
      switch result.end {
      case .status(125) where command.image != nil:
        return .refused("podman could not start the sandbox")
      case .status(127): return .refused("there is no such program")
      case .status(let status): return .ended(status)
      case .signal(let signal): return .stopped("ended by signal \(signal)")
      case .timedOut: return .stopped("took more than \(seconds) s")
      }
    } catch {
      return .refused(error.message)
    }
  }

  /// Replaces this process with another program, under limits that it cannot raise.
  static func becomeLimited(_ arguments: ArraySlice<String>) -> Never {
    guard let seconds = arguments.first.flatMap(UInt.init), let name = arguments.dropFirst().first,
      let program = Subprocess.find(name)
    else { exit(127) }
    limit(RLIMIT_CPU, seconds)
    limit(RLIMIT_FSIZE, 64 << 20)
    limit(RLIMIT_CORE, 0)
    // The alarm stays after execv, and ends the program if its parent no longer exists.
    alarm(UInt32(seconds) + 5)
    var words = unsafe arguments.dropFirst().map { unsafe strdup($0) } + [nil]
    unsafe execv(program, &words)
    exit(127)
  }

  #if canImport(Glibc)
    private typealias Resource = __rlimit_resource
  #else
    private typealias Resource = Int32
  #endif

  private static func limit(_ resource: Resource, _ value: UInt) {
    var limits = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
    #if canImport(Glibc)
      unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &limits)
    #else
      unsafe setrlimit(resource, &limits)
    #endif
  }
}
