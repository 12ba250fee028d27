package import Deployments
package import Diagnostics

/// A program that runs a deployment, and the files that amm generates for it.
///
/// To add a target, add a folder next to this file and a line to `Targets.all`.
package protocol Target: Sendable {
  /// The value of `kind:` in `instances.yaml`.
  static var kind: String { get }
  /// A short description for users: what is written and which program reads it.
  static var summary: String { get }
  /// The formats that the target writes. Each has a name that is unique among all targets and that
  /// `--target` accepts.
  static var formats: [Format] { get }
  /// The rules that `objections(to:)` may report, except rules of other targets.
  static var rules: [Rule] { get }

  init(_ settings: TargetSettings)

  /// Returns the parts of a deployment that the target does not support, in the order of the
  /// workloads.
  func objections(to deployment: Deployment) -> [Objection]
  /// Returns the files of one of its formats, with paths relative to the format's folder.
  ///
  /// - Parameter deployment: A deployment without objections.
  func render(_ deployment: Deployment, as format: Format) -> [RenderedFile]
}

/// A file format that a target writes.
package struct Format: Sendable, Hashable {
  /// The name, such as `quadlet`.
  package let name: String
  /// The subfolder of the target's folder for the files, or empty for the target's folder itself.
  package let folder: String

  package init(_ name: String, in folder: String = "") {
    self.name = name
    self.folder = folder
  }
}

/// The settings of a workspace for its targets, in addition to the deployment.
package struct TargetSettings: Sendable {
  /// The Podman settings of each workload, by the workload's name.
  package var podman: [ResourceName: PodmanSettings]
  /// The manager of systemd that runs Podman's units.
  package var scope = Scope.user
  /// The settings of the cluster.
  package var kubernetes = KubernetesSettings()
  /// The host name of the machine, or nil for any machine.
  package var hostName: String?

  /// Creates settings.
  ///
  /// A workload without Podman settings uses the oldest supported version and no added keys.
  package init(podman: [ResourceName: PodmanSettings] = [:]) { self.podman = podman }
}

/// A manager of systemd: that of a user, for rootless Podman, or that of the system, for Podman as
/// root.
package enum Scope: String, Sendable, CaseIterable { case user, system }

/// The settings of a workspace for Podman and one workload.
package struct PodmanSettings: Sendable, Equatable {
  /// The Podman version that the files are written for.
  package let release: PodmanVersion
  /// The keys that are added to the server's unit.
  package let additions: UnitAdditions

  package init(release: PodmanVersion = .oldest, additions: UnitAdditions = UnitAdditions()) {
    self.release = release
    self.additions = additions
  }
}

/// A part of a deployment that a target does not support.
package struct Objection: Sendable {
  /// A part of a workload, which determines the line in a file.
  package enum Part: Sendable, Equatable {
    case name
    /// A secret of the server, by the variable that gets it.
    case secret(EnvironmentVariable.Name)
    /// A setting of the instance, by its key.
    case setting(String)
    /// A label of the server.
    case label(ContainerLabel.Name)
    /// A mount of the server, by its path in the container.
    case mount(ContainerPath)
  }

  /// The violated rule.
  package let rule: Rule
  /// The workload that is not supported.
  package let workload: ResourceName
  /// The part of the workload, which determines the line in a file.
  package let part: Part
  /// The problem, in one line.
  package let message: String
  /// How to fix the problem.
  package let help: String

  package init(
    _ rule: Rule, _ workload: ResourceName, _ part: Part, _ message: String, help: String
  ) {
    self.rule = rule
    self.workload = workload
    self.part = part
    self.message = message
    self.help = help
  }
}
