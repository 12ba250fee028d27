import Diagnostics
package import Host
package import Values
import YAML

/// Every switch, as lines of JSON under `$XDG_STATE_HOME/amm`: one when link and files are
/// replaced, and one with the result, so that a switch whose end nobody saw is there, too.
package struct SwitchHistory {
  /// One switch that was made.
  package struct Entry {
    /// What the lines of one switch have in common.
    package let id: String
    /// When it was made, by ISO 8601 in UTC.
    package let time: String
    /// The path of the workspace.
    package let workspace: String
    /// The instance that was switched.
    package let instance: String
    /// Profiles by their ids; nil where the link led nowhere.
    package let from: String?
    /// The path of the profile that was served from then on.
    package let to: String
    /// `done`, the step that failed (`apply` or `wait`), or `interrupted`.
    package let result: String
    /// Whether a failed switch was taken back.
    package let isUndone: Bool
    /// Milliseconds, applying and waiting included.
    package let duration: Int
    /// SHA-256 of the profile's file and of generated/instances.nix as they were switched to.
    package let profileHash: String
    package let generatedHash: String
    /// What memory was planned, and what the server said that it takes; nil where that is not known.
    package let memory: Value?

    /// The entry as a line of the file.
    package var value: Value {
      .set([
        "id": .text(id), "time": .text(time), "workspace": .text(workspace),
        "instance": .text(instance),
        "from": from.map(Value.text), "to": .text(to), "result": .text(result),
        "undone": .boolean(isUndone), "durationMs": .integer(duration),
        "profileHash": .text(profileHash), "generatedHash": .text(generatedHash),
        "memory": memory,
      ])
    }
  }

  private let workspace: String
  private let machine: Machine

  /// The history of a workspace.
  package init(_ folder: WorkspaceFolder) {
    workspace = folder.canonicalPath
    machine = folder.machine
  }

  private static let file = "history.jsonl"
  /// Bytes of a history that are read: it has two lines of some 500 bytes a switch.
  private static let limit = 64 << 20

  /// - Parameters:
  ///   - memory: What was planned, beside what the server said of it.
  ///   - result: Nil for a switch that has no end yet.
  ///   - start: When it began, by ``Clock/monotonic()``.
  package func add(
    _ switching: SwitchTransaction, result: String?, undone: Bool = false,
    memory: Value? = nil, since start: Double
  ) throws(HostError) {
    let entry = Entry(
      id: "\(Host.processID)-\(Int(start * 1e6))",
      time: machine.clock.timestamp(), workspace: workspace, instance: switching.instance,
      from: switching.from, to: switching.to,
      result: result ?? "interrupted", isUndone: undone,
      duration: Int((machine.clock.monotonic() - start) * 1000), profileHash: switching.profileHash,
      generatedHash: switching.generatedHash, memory: memory)
    try StateFolder(machine).append(JSON.line(entry.value), to: Self.file)
  }

  /// This workspace's switches, the oldest first; lines that are not amm's are passed over.
  package func entries(of instance: String?) throws(HostError) -> [Entry] {
    let bytes = try StateFolder(machine).read(Self.file, limit: Self.limit) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    var entries: [Entry] = []
    var places: [String: Int] = [:]
    for entry in lines.compactMap({ Entry(line: String($0), in: Self.file) })
    where entry.workspace == workspace && (instance == nil || entry.instance == instance) {
      if let place = places[entry.id] {
        entries[place] = entry
      } else {
        places[entry.id] = entries.count
        entries.append(entry)
      }
    }
    return entries
  }

  /// The switches that can be taken back, the oldest first: those that were not.
  package func undoable(of instance: String?) throws(HostError) -> [Entry] {
    try entries(of: instance).filter { !$0.isUndone }
  }
}

extension SwitchHistory.Entry {
  fileprivate init?(line: String, in file: String) {
    guard
      case .mapping(let members)? = Composer.compose(json: SourceFile(path: file, text: line))
        .value?.content
    else { return nil }
    let object = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value.scalar) })
    let memory = members.first { $0.key == "memory" }?.value.numbers
    guard case .text(let id)? = object["id"], case .text(let time)? = object["time"],
      case .text(let workspace)? = object["workspace"],
      case .text(let instance)? = object["instance"], case .text(let to)? = object["to"],
      case .text(let result)? = object["result"], case .boolean(let undone)? = object["undone"],
      case .integer(let duration)? = object["durationMs"]
    else { return nil }
    var hashes: [String] = []
    for key in ["profileHash", "generatedHash"] {
      guard case .text(let hash)? = object[key] else { return nil }
      hashes.append(hash)
    }
    var from: String?
    if case .text(let text)? = object["from"] { from = text }
    self.init(
      id: id, time: time, workspace: workspace, instance: instance, from: from, to: to,
      result: result,
      isUndone: undone, duration: duration, profileHash: hashes[0],
      generatedHash: hashes[1], memory: memory)
  }
}

extension Node {
  /// The sets of texts and whole numbers that stand here; nil for anything else.
  fileprivate var numbers: Value? {
    guard case .mapping(let members) = content else { return scalar }
    return .set(members.compactMap { member in member.value.numbers.map { .init(member.key, $0) } })
  }

  /// The text, integer or boolean that stands here; nil for anything else.
  fileprivate var scalar: Value? {
    guard case .scalar(let scalar) = content else { return nil }
    guard scalar.isPlain else { return .text(scalar.text) }
    return Bool(scalar.text).map(Value.boolean) ?? Int(scalar.text).map(Value.integer)
  }
}
