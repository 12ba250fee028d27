import Diagnostics
import Schema

/// The conditions of a list of commands that `&&` and `||` connect.
struct ShellChain {
  /// The condition of the command; nil if it runs whenever the one before it does.
  private(set) var branch: ShellBranch?
  /// Whether the command before is a server, with which the next one runs.
  var isOfServer = false
  private var isChain = false

  /// Goes on to the next command of a list.
  ///
  /// - Parameters:
  ///   - status: Whether the command before succeeded; nil if that is not known.
  ///   - number: The number of conditions so far.
  mutating func pass(to node: ShellNode, _ status: Bool?, number: inout Int) {
    guard case .conditional(_, let isOr) = node else {
      (branch, isChain) = (nil, false)
      return
    }
    // All commands of `a && b && c` run together, if the first of them does.
    let isJoined = !isOr && (isChain || isOfServer)
    isChain = !isOr
    if isJoined { return }
    number += 1
    let isCertain = status.map { $0 != isOr } ?? false
    branch = isCertain ? nil : ShellBranch(number: -1 - number, branch: isOr ? 1 : 0)
  }
}

/// Which servers of a script take each other's place: those of which one only runs if another does not, or when
/// it has ended.
struct ShellTurns {
  /// A server, with the time of its start and that of its end.
  private struct Turn {
    let server: Int
    let start: Int
    var end: Int?
    let conditions: [ShellBranch]
    let name: String?
    let isContainer: Bool
  }

  /// The largest number of servers on one port that are compared.
  private static let limit = 100
  private var turns: [Turn] = []
  private var time = 0

  /// Records that a script starts a server.
  mutating func start(_ server: ForeignServer, _ number: Int, _ command: ShellCommand) {
    time += 1
    turns.append(
      Turn(
        server: number, start: time,
        end: server.isAwaited || command.isPiped && !isDetached(command) ? time : nil,
        conditions: command.turns, name: server.containerName?.value,
        isContainer: server.isContainer))
  }

  private func isDetached(_ command: ShellCommand) -> Bool {
    RunLine.isDetached(
      command.words.map { word in
        .init(word.text.string, .init(at: .init(line: 1, column: 1)))
      })
  }

  /// Records a command that ends servers; returns whether it is one.
  mutating func end(_ words: [ShellField]) -> Bool {
    guard let ended = Self.ended(by: words) else { return false }
    time += 1
    for index in turns.indices where turns[index].end == nil {
      let turn = turns[index]
      let isEnded =
        ended.names.map { names in turn.name.map(names.contains) ?? false }
        ?? (ended.isContainer ? turn.isContainer : true)
      if isEnded { turns[index].end = time }
    }
    return true
  }

  /// The servers that a command ends.
  struct Ended {
    /// The names of containers; nil for any.
    let names: Set<String>?
    let isContainer: Bool
  }

  /// Returns what a command ends, or waits for; nil if it ends nothing.
  static func ended(by words: [ShellField]) -> Ended? {
    guard let first = words.first else { return nil }
    let program = ShellWrappers.program(first)
    if ["kill", "pkill", "killall", "wait", "fuser"].contains(program) {
      return Ended(names: nil, isContainer: false)
    }
    if program == "tmux" || program == "screen" {
      let isKill = words.contains { $0.text.string.hasPrefix("kill") || $0.text.string == "quit" }
      return isKill ? Ended(names: nil, isContainer: false) : nil
    }
    guard RunLine.engines.contains(program),
      let verb = words.dropFirst().firstIndex(where: { word in
        let text = word.text.string
        return !text.hasPrefix("-") && text != "container" && text != "pod"
      })
    else { return nil }
    let rest = words[(verb + 1)...]
    switch words[verb].text.string {
    case "rm", "stop", "kill", "wait", "attach": break
    case "logs":
      guard rest.contains(where: { ["-f", "--follow", "-tf", "-ft"].contains($0.text.string) })
      else { return nil }
    default: return nil
    }
    let operands = rest.filter { !$0.text.string.hasPrefix("-") }
    let isKnown = !operands.isEmpty && !operands.contains { $0.isList || $0.text.isOpen }
    return Ended(names: isKnown ? Set(operands.map(\.text.string)) : nil, isContainer: true)
  }

  /// Returns the numbers of the servers that take the place of another one with their port.
  ///
  /// - Parameter ports: Returns the ports of a server by its number.
  func alternatives(ports: (Int) -> Set<String>) -> Set<Int> {
    var places: [String: [Turn]] = [:]
    for turn in turns { for port in ports(turn.server) { places[port, default: []].append(turn) } }
    var found: Set<Int> = []
    for users in places.values where users.count > 1 && users.count <= Self.limit {
      // Programs of the machine form a group with each other in any case.
      for (index, user) in users.enumerated() where user.isContainer {
        let others = users[..<index] + users[(index + 1)...]
        if !others.contains(where: { runTogether($0, user) }) { found.insert(user.server) }
      }
    }
    return found
  }

  private func runTogether(_ one: Turn, _ other: Turn) -> Bool {
    let (first, second) = one.start < other.start ? (one, other) : (other, one)
    if let end = first.end, end < second.start { return false }
    return first.conditions == second.conditions
  }
}
