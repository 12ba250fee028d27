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

  /// Returns the folder of the machine that a volume only is another name for; nil for other volumes.
  func boundFolder(ofVolume file: String) -> String? {
    guard let device = unit.value(of: "Device", in: "Volume", of: file),
      let options = unit.value(of: "Options", in: "Volume", of: file),
      options.split(separator: ",").contains(where: { ["bind", "rbind"].contains($0) })
    else { return nil }
    let folder = expansion.expand(device, asPath: true)
    return folder.isOpen || !["/", "~"].contains(where: folder.text.hasPrefix) ? nil : folder.text
  }

  /// Reports a file of the generator that the folder lacks.
  mutating func tellMissing(_ name: String, _ kind: String, _ line: QuadletFile.Line) {
    let others = unit.neighbours.filter { $0.hasSuffix(kind) }
    // Values of Nix come from no folder.
    guard name.hasSuffix(kind), unit.others != nil, !others.contains(name), !name.contains("%"),
      !name.contains("/"), unit.source.path.hasSuffix(".container")
    else { return }
    tell(
      ImportRules.unit, line.range,
      "there is no '\(name.abbreviatedName)' beside the file, so Podman's generator ignores the unit",
      help: Suggestion.help(
        for: name, among: others,
        otherwise: "write the file, or name one of those that the folder has"))
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
      isUnit ? ImportRules.unit : ImportRules.refused, line.range,
      isUnit
        ? "there is no '\(value.value.abbreviatedName)' beside the file, so Podman's generator ignores the unit"
        : "'\(value.value.abbreviatedName)' is no '.pod' file, so Podman's generator ignores the unit",
      help: isUnit
        ? "write it with a section '[Pod]', or remove the line"
        : "write the name of the file of the pod: 'Pod=NAME.pod'")
  }
}
