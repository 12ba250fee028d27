import Deployments
import Profiles
import Targets

/// A server as the command of its program, without a container.
struct ExportedCommand {
  private let workload: Workload
  private let words: ForeignWords
  private let isNamedByImage: Bool

  /// - Returns: Nil if the program is only known to the image.
  init?(_ workload: Workload) {
    guard let runtime = Runtimes.named(workload.provenance.runtime) else { return nil }
    words = runtime.foreign
    self.workload = workload
    isNamedByImage = workload.server.entrypoint == nil && words.imageStarts
    if workload.server.entrypoint == nil, !words.imageStarts || words.programs.isEmpty {
      let first = workload.server.arguments.first?.text ?? "-"
      // An image without an entry point gets the program as its first argument.
      guard !first.hasPrefix("-"), !words.programs.isEmpty else { return nil }
    }
  }

  /// The commands that start the server, and the steps after it.
  var lines: [String] {
    let server = line(for: workload.server, isTask: false)
    guard !workload.preparation.isEmpty else { return [server.text] }
    var ready = ShellLine()
    assignAddress(to: &ready)
    ready.add("/bin/sh", "-c", workload.temporaryServer?.ready.text ?? "true")
    return [server.inBackground, ready.waiting]
      + workload.preparation.map { line(for: $0, isTask: true).text }
  }

  /// The variable with the address of a server that has no option for its port; nil for others.
  private var address: String? { words.ports.isEmpty ? words.addresses.sorted().first : nil }

  private func assignAddress(to line: inout ShellLine) {
    guard let address else { return }
    let exposure = workload.exposure
    line.assign(
      address, ShellLine.Word("\(exposure.address.bracketed):\(exposure.host.number)"))
  }

  private func line(for container: Container, isTask: Bool) -> ShellLine {
    var line = ShellLine()
    assignAddress(to: &line)
    for variable in container.environment where variable.name.text != address {
      guard let value = value(variable, in: container) else { continue }
      line.assign(variable.name.text, value)
    }
    for secret in container.secrets {
      line.assign(secret.variable.text, ShellLine.Word(variable: secret.variable.text))
    }
    var program = container.entrypointWords.map { ShellLine.Word($0) }
    if program.isEmpty, isNamedByImage { program = (words.programs.first ?? []).map { .init($0) } }
    line.add(arguments: program + arguments(of: container))
    return line
  }

  /// Returns a variable's value on the machine; nil for a folder that only the container has.
  private func value(
    _ variable: EnvironmentVariable, in container: Container
  ) -> ShellLine.Word? {
    if words.ports.contains(variable.name.text) {
      return ShellLine.Word(String(workload.exposure.host.number))
    }
    if words.addresses.contains(variable.name.text) {
      return ShellLine.Word(workload.exposure.address.text)
    }
    if Self.isInStore(variable.value, of: container) { return nil }
    if container.selectingVariables.contains(variable.name) { return .init(variable.value) }
    return Self.onMachine(variable.value, in: container)
  }

  private func arguments(of container: Container) -> [ShellLine.Word] {
    var out: [ShellLine.Word] = []
    var rest = container.arguments[...]
    while let argument = rest.popFirst() {
      let isPort = words.ports.contains(argument.text)
      guard isPort || words.addresses.contains(argument.text), rest.popFirst() != nil else {
        out.append(Self.onMachine(argument.text, in: container))
        continue
      }
      let value =
        isPort
        ? String(workload.exposure.host.number) : workload.exposure.address.text
      out += [ShellLine.Word(argument.text), ShellLine.Word(value)]
    }
    return out
  }

  private static func isInStore(_ text: String, of container: Container) -> Bool {
    container.mounts.contains { mount in
      guard case .store = mount.source else { return false }
      return text == mount.target.text || text.hasPrefix(mount.target.text + "/")
    }
  }

  /// Returns a text in which paths of the container are those of the machine: the text itself, or what
  /// follows the name of an instruction at the start of a line.
  private static func onMachine(_ text: String, in container: Container) -> ShellLine.Word {
    var word: ShellLine.Word?
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (index, line) in lines.enumerated() {
      let end = index + 1 < lines.count ? "\n" : ""
      let name = lines.count > 1 ? line.prefix { $0 != " " } : ""
      let head = name.isEmpty || name == line ? "" : String(name) + " "
      let piece =
        path(String(line.dropFirst(head.count)), in: container).map { ShellLine.Word(head) + $0 }
        ?? ShellLine.Word(line)
      let whole = piece + ShellLine.Word(end)
      word = word.map { $0 + whole } ?? whole
    }
    return word ?? ShellLine.Word(text)
  }

  private static func path(_ text: String, in container: Container) -> ShellLine.Word? {
    for mount in container.mounts {
      guard case .path(let path) = mount.source else { continue }
      let target = mount.target.text
      guard text == target || text.hasPrefix(target + "/") else { continue }
      return ShellLine.Word(path) + ShellLine.Word(String(text.dropFirst(target.count)))
    }
    return nil
  }
}
