import Diagnostics
import Schema

/// What starts a unit, and the pod that it starts in.
extension QuadletReader {
  /// A unit that nothing wants starts only by hand.
  mutating func finishStart() {
    let wanted = lines.filter {
      $0.section == "Install" && ["WantedBy", "RequiredBy", "UpheldBy"].contains($0.key.value)
        && !$0.value.bytes.isEmpty
    }
    guard let first = wanted.first else {
      if demand == nil {
        server.settings.append(("start", Located("manual", server.name.range)))
      }
      return
    }
    let words = wanted.flatMap { $0.value.text.split(whereSeparator: \.isWhitespace) }.map(
      String.init)
    let namesUser = lines.contains { $0.section == "Service" && $0.key.value == "User" }
    guard let target = UserUnit.missingTarget(of: words),
      UserUnit.isOfUser(unit.file, in: folder, lines.map(\.value.text), namesUser: namesUser)
    else { return }
    let (message, help) = UserUnit.problem(target)
    tell(ImportRules.unit, first.range, message, help: help)
  }

  /// Reads the pod of the container, whose file the generator needs.
  mutating func readPod(_ line: QuadletFile.Line) {
    let value = single(line)
    server.tell(
      line.key, .dropped, "servers run without a pod: its ports are those of '\(line.value.text)'")
    guard !server.open.contains(value.range), !value.value.contains("%") else { return }
    let isUnit = value.value.hasSuffix(".pod")
    guard !isUnit || unit.others.map({ $0[value.value] == nil }) ?? false else { return }
    tell(
      ImportRules.unit, line.range,
      isUnit
        ? "there is no '\(value.value.abbreviatedName)' beside the file, so Podman's generator ignores the unit"
        : "'\(value.value.abbreviatedName)' is no '.pod' file, so Podman's generator ignores the unit",
      help: isUnit
        ? "write it with a section '[Pod]', or remove the line"
        : "write the name of the file of the pod: 'Pod=NAME.pod'")
  }
}
