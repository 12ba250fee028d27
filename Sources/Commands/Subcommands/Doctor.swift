import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports
import Values
import Workspaces

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check whether this machine can run the workspace's servers.",
    discussion: """
      Checks what the servers need: the user's systemd, groups and Podman. Each problem is shown \
      with a command that fixes it. Without a workspace, only the machine is checked. Exit status 3 \
      if servers cannot run.

      '--report' prints a summary for a bug report. It leaves out your user name, the paths of your \
      files, and the names of what you serve. Read it before you send it.

      '--target' checks a cluster instead, with 'kubectl': the namespace, the secrets and their keys, \
      the classes of storage and runtime, and the GPUs that nodes offer.

      Examples:
        amm doctor
        amm doctor --target prod
        amm doctor --json
        amm doctor --report > report.txt
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print a summary of the machine for a bug report, without your names and paths.")
  var report = false

  @Option(help: ArgumentHelp("Check the cluster of this target.", valueName: "name"))
  var target: String?

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard target == nil || !report else {
      throw ValidationError("'--target' cannot be combined with '--report'.")
    }
    guard !(json && report) else {
      throw ValidationError("'--report' cannot be combined with '--json'.")
    }
  }

  func run() throws {
    try attempt {
      if let target { return try show(cluster(target).all) }
      let folder = try workspace.open()
      let found = try Examinations.Servers.found(in: folder, isNamed: workspace.workspace != nil)
      // The workspace says whether its servers are the user's or the system's.
      var machine = folder.machine
      machine.userName = machine.knownUserName()
      let examinations = Examinations(machine, found.servers)
      let findings = examinations.all + [found.finding]
      guard report else { return try show(findings) }
      Console.write(Shown(lines: DoctorReport(examinations, findings).text))
      try end(with: findings)
    }
  }

  private func cluster(_ name: String) throws -> ClusterExaminations {
    let folder = try workspace.open()
    return try ClusterExaminations(.find(name, of: folder.loaded(), on: folder.machine))
  }

  private func show(_ findings: [Finding]) throws {
    Console.write(
      json
        ? Shown(json: .document(["findings": .list(findings.map(\.value))]))
        : findings.shown(in: .ofOutput))
    try end(with: findings)
  }

  private func end(with findings: [Finding]) throws {
    if findings.contains(where: { $0.state == .error }) { throw ExitStatus.refused }
  }
}
