import Diagnostics
import Schema
import Text

/// How systemd waits for the program of a unit, and the folders that it hides from it.
extension ServiceReader {
  private func last(_ key: String) -> ShellField? {
    guard let value = unit.values(of: key, in: Self.section).last, !value.isEmpty else {
      return nil
    }
    return ShellField(text: value, start: value.offset(0), end: value.end(before: value.count))
  }

  /// Reports a type of service whose start the server never completes.
  mutating func tellType(_ server: ForeignServer) {
    let waits = [
      "forking": "for a program that goes to the background",
      "notify": "for a message that the server does not send",
      "notify-reload": "for a message that the server does not send",
      "dbus": "for a name on the bus that the server does not take",
    ]
    guard let type = last("Type"), let reason = waits[type.text.string],
      // A shell or another program can send what systemd waits for.
      startsDirectly
    else { return }
    tell(
      ImportRules.unit, type,
      "systemd waits \(reason), and stops the server after 'TimeoutStartSec'",
      help: "write 'Type=exec', or remove 'Type'")
  }

  /// Reports files below home folders that the unit hides from its own server.
  mutating func tellHome(_ server: ForeignServer) {
    guard let value = last("ProtectHome"), startsDirectly,
      ["yes", "true", "on", "1", "tmpfs"].contains(value.text.string.lowercased()),
      ["BindPaths", "BindReadOnlyPaths"].allSatisfy({
        unit.values(of: $0, in: Self.section).isEmpty
      }),
      let path = server.command.first(where: { word in
        ["/home/", "/root/", "/run/user/"].contains(where: word.value.hasPrefix)
      })
    else { return }
    tell(
      ImportRules.unit, value,
      "the unit hides home folders, so its server does not see '\(path.value.abbreviatedName)'",
      help: "remove 'ProtectHome', or write 'ProtectHome=read-only'")
  }

  /// Whether the only command of the unit is the server itself, without a shell or another program before it.
  private var startsDirectly: Bool {
    let values = unit.values(of: "ExecStart", in: Self.section)
    guard values.count == 1, let first = values.first.map(ServiceWords.words(of:))?.first else {
      return false
    }
    let name = first.text.string.drop { "@-:+!|".contains($0) }.split(separator: "/").last ?? ""
    return Recognition.programs.contains { _, program in
      program[0] == name || ["python", "python3"].contains(name) && program[0].hasPrefix("python")
    }
  }
}
