import Deployments
import Diagnostics
import Host
import Rendering
import Schema
import Workspaces

/// Brings what was generated to the machine.
struct Applier {
  let method: ApplySettings.Method
  private let settings: ApplySettings
  private let folder: WorkspaceFolder

  /// - Parameter method: The user's choice; else the workspace's, else what the machine has.
  init(_ method: ApplySettings.Method?, _ workspace: Workspace, in folder: WorkspaceFolder) {
    settings = workspace.apply
    self.folder = folder
    self.method = method ?? settings.method?.value ?? Self.found
  }

  /// home-manager where its command is installed, else systemd where that runs for the user.
  private static var found: ApplySettings.Method {
    if Subprocess.find("home-manager") != nil { return .homeManager }
    return Subprocess.find("systemctl") != nil ? .quadlet : .none
  }

  /// The service that runs an instance: home-manager gives its own a prefix.
  func service(of instance: String) -> String {
    switch method {
    case .homeManager: "podman-\(instance).service"
    case .quadlet: "\(instance).service"
    // What the user's own command makes of it can only be seen.
    case .command, .none: Services.state(of: instance)?.name ?? "\(instance).service"
    }
  }

  /// Looks whether the programs that applying needs are there, before anything is touched.
  func requirePrograms() throws(HostError) {
    let program: String? =
      switch method {
      case .homeManager: "home-manager"
      case .quadlet: "systemctl"
      case .command: settings.command?.value.first?.value.text
      case .none: nil
      }
    // What has a slash is found from the workspace, where it runs.
    guard let program, !program.contains("/"), Subprocess.find(program) == nil else { return }
    throw HostError(
      "run", program, reason: "there is no such program; '--apply' chooses another way")
  }

  /// - Parameter isFollowed: Whether somebody follows the instance's start, so that systemd need
  ///   not be waited for.
  /// - Throws: What the machine refused, a program's failure included.
  func apply(
    _ plan: Deployment, starting instance: String, isFollowed: Bool
  ) throws(HostError) {
    // Else systemd refuses a unit that was started five times in ten seconds, as happens when a
    // switch is taken back.
    if method != .none {
      _ = try? Subprocess.capture([
        "systemctl", "--user", "reset-failed", service(of: instance),
      ])
    }
    switch method {
    case .none: return
    case .homeManager:
      try run(["home-manager", "switch"] + (settings.arguments?.value ?? []).map(\.value.text))
      // Also where it does not start with the session: who switches wants it to run.
      let service = service(of: instance)
      if let state = Services.state(named: service), state.active == "inactive", !state.hasJob {
        try systemctl("start", service, isFollowed)
      }
    case .command:
      let words = (settings.command?.value ?? []).map(\.value.text)
      guard !words.isEmpty else {
        throw HostError("apply", "instances.yaml", reason: "'apply.command' names no program")
      }
      try run(words)
    case .quadlet: try install(plan, starting: instance, isFollowed)
    }
  }

  private func run(_ words: [String]) throws(HostError) {
    let result = try Subprocess.run(words, in: folder.path)
    guard result.isSuccess else {
      throw HostError(
        "apply with", words[0], reason: "it ended with exit status \(result.status)")
    }
  }

  /// Installs the unit files and restarts the servers whose file changed, and no others.
  private func install(
    _ plan: Deployment, starting instance: String, _ isFollowed: Bool
  ) throws(HostError) {
    let files = plan.unitFiles
    let target = Self.unitFolder
    let own = service(of: instance)
    try FolderCreator.makeAll(String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]))
    let writer = try FolderWriter(target)
    let changes = try OutputChanges(of: files, in: target).changed
    let foreign = try writer.conflicts(with: files.map(\.path))
    guard foreign.isEmpty else {
      throw HostError(
        "write", target + "/" + Phrase.allOf(foreign),
        reason: "amm did not write what stands there; move it away")
    }
    for change in changes where change.new == nil {
      if let unit = change.containerUnit { try systemctl("stop", unit) }
    }
    if !changes.isEmpty { try writer.replace(with: files) }
    try systemctl("daemon-reload")
    for change in changes {
      guard let unit = change.containerUnit, let text = change.new else { continue }
      let isActive = try Subprocess.capture(["systemctl", "--user", "is-active", unit]).isSuccess
      let isWanted = text.contains("\nWantedBy=") || unit == own
      if isActive || isWanted { try systemctl("restart", unit, isFollowed && unit == own) }
    }
    // Also where nothing changed: who switches wants it to run.
    try systemctl("start", own, isFollowed)
  }

  static var unitFolder: String {
    let base = Terminal.variable("XDG_CONFIG_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (base ?? (Terminal.variable("HOME") ?? "~") + "/.config")
      + "/containers/systemd/ai-models"
  }

  private func systemctl(
    _ verb: String, _ unit: String? = nil, _ isFollowed: Bool = false
  ) throws(HostError) {
    let words = [verb] + (isFollowed ? ["--no-block"] : []) + (unit.map { [$0] } ?? [])
    let result = try Subprocess.run(["systemctl", "--user"] + words)
    guard result.isSuccess else {
      throw HostError(
        "run", (["systemctl", "--user"] + words).joined(separator: " "),
        reason: "it ended with exit status \(result.status)")
    }
  }
}

extension Deployment {
  /// The quadlet files as they stand in the folder that Podman's generator reads.
  var unitFiles: [RenderedFile] {
    render([.quadlet]).map { file in
      RenderedFile(path: String(file.path.dropFirst("quadlet/".count)), text: file.text)
    }
  }
}

extension OutputChanges.Change {
  /// The service of a container's file, but for a task's: that is started with its server.
  fileprivate var containerUnit: String? {
    guard path.hasSuffix(".container"), !path.hasSuffix("-model.container") else { return nil }
    return String(path.dropLast(".container".count)) + ".service"
  }
}
