package import Deployments
import Diagnostics
import Imports
import Targets
import Values

/// Servers in a form that other tools run, without secrets.
package struct Export: Sendable {
  /// The forms.
  package enum Form: String, Sendable, CaseIterable {
    /// The command of the server's program, for the machine itself.
    case command
    /// `podman run`.
    case run
    /// A file for Docker Compose.
    case compose
  }

  /// A secret that the user provides: the variable, and the place that has its value.
  package struct Secret: Sendable {
    /// The variable.
    package let variable: String
    /// The place, such as a secret of Podman or a file.
    package let place: String
  }

  /// The form.
  package let form: Form
  /// The names of the servers, sorted.
  package let names: [String]
  /// The text of the form.
  package let text: String
  /// The secrets that the servers need, sorted by variable, without duplicates.
  package let secrets: [Secret]
  /// What the form cannot have, in sentences.
  package let lost: [String]

  /// - Parameter deployment: The servers, and nothing else.
  /// - Throws: An ``OperationError`` if the form cannot have a server.
  package init(_ whole: Deployment, as form: Form) throws(OperationError) {
    let deployment = Deployment(
      network: whole.network, workloads: whole.workloads.map(\.opened),
      companions: whole.companions)
    self.form = form
    let head = OwnTraces.exported + "\n"
    names = deployment.workloads.map(\.name.text)
    var lost: [String] = []
    switch form {
    case .run:
      text =
        head
        + deployment.workloads.flatMap { ExportedRun.lines(for: $0) }.joined(separator: "\n")
      lost += deployment.workloads.flatMap { Self.unitSettings(of: $0) }
    case .command:
      var lines: [String] = []
      for workload in deployment.workloads {
        guard let command = ExportedCommand(workload) else {
          throw OperationError(
            .invalid,
            "amm does not know the program in the image '\(workload.server.image.text)' of '\(workload.name.text)'",
            help: "use '--as run', which starts the image")
        }
        lines += command.lines
        lost += Self.containerSettings(of: workload.server)
      }
      text = head + lines.joined(separator: "\n")
    case .compose:
      text = head + YAMLPrinter.text(Compose.exported(deployment))
      lost += Compose(TargetSettings()).objections(to: deployment)
        .filter { !Compose.isExported($0) }.map(\.message)
    }
    self.lost = lost
    secrets = Self.secrets(of: deployment, as: form)
  }

  /// Returns what only a unit of systemd has.
  private static func unitSettings(of workload: Workload) -> [String] {
    let name = workload.name.text
    return [
      workload.activation == nil ? nil : "'podman run' cannot start '\(name)' on demand",
      workload.group == nil
        ? nil : "'podman run' does not stop the other servers of the group of '\(name)'",
      workload.server.health?.consequence == .restart
        ? "'podman run' does not restart '\(name)' if it no longer responds" : nil,
    ].compactMap { $0 }
  }

  /// Returns what only a container has.
  private static func containerSettings(of server: Container) -> [String] {
    let name = server.name.text
    let hasLimits = server.limits.memory != nil || server.limits.cores != nil
    return [
      hasLimits ? "the command does not limit memory and processor cores of '\(name)'" : nil,
      server.moreExposures.isEmpty ? nil : "a command has no further ports of '\(name)'",
    ].compactMap { $0 }
  }

  private static func secrets(of deployment: Deployment, as form: Form) -> [Secret] {
    var known: Set<String> = []
    return deployment.containers.flatMap(\.secrets).sorted { $0.variable.text < $1.variable.text }
      .compactMap { secret in
        let place =
          switch secret.source {
          case .stored(let name, _):
            form == .run
              ? "the Podman secret '\(name.text)'" : "a variable of your environment"
          case .environmentFile(let path):
            form == .command ? "a variable of your environment" : "the file '\(path.text)'"
          }
        guard known.insert(secret.variable.text + place).inserted else { return nil }
        return Secret(variable: secret.variable.text, place: place)
      }
  }
}
