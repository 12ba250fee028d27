package import Operations
package import Values

extension SwitchHistory.Entry {
  /// The result as text, with whether a failed switch was undone.
  package var outcome: String { isUndone ? "\(result) failed, undone" : result }

  /// The switch for programs.
  package var members: [Value.Member] {
    let members: KeyValuePairs<String, Value?> = [
      "id": .text(id), "time": .text(time), "instance": .text(instance),
      "from": from.map(Value.text), "to": .text(to), "result": .text(result),
      "undone": .boolean(isUndone), "duration_ms": .integer(duration),
      "profile_sha256": .text(profileHash), "generated_sha256": .text(generatedHash),
      "memory": memory,
    ]
    return members.compactMap { name, value in value.map { .init(name, $0) } }
  }
}
