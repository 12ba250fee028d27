import Deployments
import Host

/// A running container, as Podman reports it.
package struct RunningContainer {
  /// Whether it was started with the image, the variables and the arguments of the workspace.
  let isAsWritten: Bool
  /// The resident bytes of its first process; nil if they are not known.
  package let memory: Int?

  /// Inspects the container of an instance; nil if none runs.
  init?(of instance: Workload, on machine: Machine) {
    // A letter before each line separates variables from arguments.
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
    // Podman adds a registry to a short name, and omits the tag if there is a digest.
    let isImage =
      server.image.digest.map(image.hasSuffix)
      ?? (image == server.image.text || image.hasSuffix("/" + server.image.text))
    isAsWritten =
      isImage && wanted.filter { !$0.contains("\n") }.allSatisfy(lines.contains)
    memory = Self.residentMemory(of: process, on: machine)
  }

  /// Returns the bytes in the line `VmRSS:   123456 kB` of a process.
  private static func residentMemory(of process: Int, on machine: Machine) -> Int? {
    guard let text = machine.text("/proc/\(process)/status") else { return nil }
    let line = text.split(separator: "\n")
      .first { $0.hasPrefix("VmRSS:") }
    return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
      .flatMap { Int($0) }.map { $0 * 1024 }
  }
}
