import Deployments
import Host

/// A container that runs, as Podman tells.
package struct RunningContainer {
  /// Whether it was started with the image, the variables and the arguments that the workspace says.
  let isAsWritten: Bool
  /// Bytes that its first process holds; nil where that cannot be seen.
  package let memory: Int?

  /// The container of an instance; nil where none runs.
  init?(of instance: Workload, on machine: Machine) {
    // Marks before each line, so that a variable cannot pass for an argument.
    let format = """
      P{{.State.Pid}}
      I{{.ImageName}}
      {{range .Config.Env}}E{{println .}}{{end}}{{range .Config.Cmd}}A{{println .}}{{end}}
      """
    let words = ["podman", "inspect", "--format", format, instance.name.text]
    guard let result = machine.capture(words), result.isSuccess else { return nil }
    let lines = Set(result.output.split(separator: "\n").map(String.init))
    guard let process = lines.first(where: { $0.hasPrefix("P") }).flatMap({ Int($0.dropFirst()) }),
      process > 0
    else { return nil }
    let server = instance.server
    let wanted =
      server.environment.map { "E\($0.name.text)=\($0.value)" }
      + server.arguments.map { "A\($0.text)" }
    let image = lines.first { $0.hasPrefix("I") }.map { String($0.dropFirst()) } ?? ""
    // Podman adds a registry to a short name, and leaves the tag away beside a digest.
    let isImage =
      server.image.digest.map(image.hasSuffix)
      ?? (image == server.image.text || image.hasSuffix("/" + server.image.text))
    isAsWritten =
      isImage && wanted.filter { !$0.contains("\n") }.allSatisfy(lines.contains)
    memory = Self.residentMemory(of: process, on: machine)
  }

  /// `VmRSS:   123456 kB` of a process.
  private static func residentMemory(of process: Int, on machine: Machine) -> Int? {
    guard let text = machine.text("/proc/\(process)/status") else { return nil }
    let line = text.split(separator: "\n")
      .first { $0.hasPrefix("VmRSS:") }
    return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
      .flatMap { Int($0) }.map { $0 * 1024 }
  }
}
