import Diagnostics
package import Host
package import Values
import YAML

/// All switches, as lines of JSON under `$XDG_STATE_HOME/amm`: one line when the link and files are
/// replaced, and one with the result, so that an interrupted switch is recorded, too.
package struct SwitchHistory {
  /// A switch.
  package struct Entry {
    /// The ID that the lines of one switch share.
    package let id: String
    /// The time of the switch, by ISO 8601 in UTC.
    package let time: String
    /// The path of the workspace.
    package let workspace: String
    /// The instance that was switched.
    package let instance: String
    /// The ID of the earlier profile; nil if there was none.
    package let from: String?
    /// The ID of the new profile.
    package let to: String
    /// `done`, the step that failed (`apply` or `wait`), or `interrupted`.
    package let result: String
    /// Whether a failed switch was undone.
    package let isUndone: Bool
    /// Milliseconds, including applying and waiting.
    package let duration: Int
    /// The SHA-256 of the new profile's file.
    package let profileHash: String
    /// The SHA-256 of the new generated/instances.nix.
    package let generatedHash: String
    /// The planned memory, and the memory that the server reported; nil if they are not known.
    package let memory: Value?

    /// The entry for a line of the file.
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
  /// The bytes that are read of a history, which has two lines of about 500 bytes for each switch.
  private static let limit = 64 << 20

  /// - Parameters:
  ///   - memory: The planned memory, and the memory that the server reported.
  ///   - result: The result; nil for a switch that has not ended.
  ///   - start: The time of its start, by ``Clock/monotonic()``.
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

  /// Returns this workspace's switches, the oldest first; ignores lines that amm did not write.
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

  /// Returns the switches that can be undone, the oldest first: those that were not undone yet.
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
  /// The value as nested sets of texts, integers and booleans; nil for anything else.
  fileprivate var numbers: Value? {
    guard case .mapping(let members) = content else { return scalar }
    return .set(members.compactMap { member in member.value.numbers.map { .init(member.key, $0) } })
  }

  /// The text, integer or boolean; nil for anything else.
  fileprivate var scalar: Value? {
    guard case .scalar(let scalar) = content else { return nil }
    guard scalar.isPlain else { return .text(scalar.text) }
    return Bool(scalar.text).map(Value.boolean) ?? Int(scalar.text).map(Value.integer)
  }
}
