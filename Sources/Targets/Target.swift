package import Deployments
package import Diagnostics

/// Something that carries out a deployment, and the files that it reads.
///
/// Adding one is a folder beside this file and a line in `Targets.all`.
package protocol Target: Sendable {
  /// The word that `kind:` takes in `instances.yaml`.
  static var kind: String { get }
  /// For people: what is written, and who reads it, in a few words.
  static var summary: String { get }
  /// What it writes: each has a name of its own among all targets, which `--target` takes.
  static var formats: [Format] { get }
  /// What `objections(to:)` may say, besides rules that are others', too.
  static var rules: [Rule] { get }

  init(_ settings: TargetSettings)

  /// What of a deployment it cannot carry, in the order of the workloads.
  func objections(to deployment: Deployment) -> [Objection]
  /// The files of one of its formats, by paths in the format's own folder.
  ///
  /// - Parameter deployment: One that it has no objection to.
  func render(_ deployment: Deployment, as format: Format) -> [RenderedFile]
}

/// A form of files that a target writes.
package struct Format: Sendable, Hashable {
  /// `quadlet`.
  package let name: String
  /// The folder below the target's own that its files lie in; empty for that itself.
  package let folder: String

  package init(_ name: String, in folder: String = "") {
    self.name = name
    self.folder = folder
  }
}

/// What a workspace says to its targets besides the deployment.
package struct TargetSettings: Sendable {
  /// What is said to Podman about each workload, by the workload's name.
  package var podman: [ResourceName: PodmanSettings]

  /// For each workload; the oldest release and nothing more for those without.
  package init(podman: [ResourceName: PodmanSettings] = [:]) { self.podman = podman }
}

/// What a workspace says to Podman about one workload.
package struct PodmanSettings: Sendable, Equatable {
  /// The release that its files are written for.
  package let release: PodmanVersion
  /// What is added to its server's unit.
  package let additions: UnitAdditions

  package init(release: PodmanVersion = .oldest, additions: UnitAdditions = UnitAdditions()) {
    self.release = release
    self.additions = additions
  }
}

/// Why a target cannot carry a deployment.
package struct Objection: Sendable {
  /// The part of a workload that it is about, from which its line in a file follows.
  package enum Part: Sendable, Equatable {
    case name
    /// One of the server's secrets, by the variable that gets it.
    case secret(EnvironmentVariable.Name)
    /// A setting of the instance, by its key.
    case setting(String)
    /// One of the server's mounts, by its place in the container.
    case mount(ContainerPath)
  }

  /// The rule that is broken.
  package let rule: Rule
  /// The workload that cannot be carried.
  package let workload: ResourceName
  /// Which of its values is meant, so that the user's line can be found.
  package let part: Part
  /// What cannot be carried, in one line.
  package let message: String
  /// The way out.
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

/// A file that amm would write, below the output folder.
package struct RenderedFile: Sendable, Equatable {
  /// Relative, with `/`: `quadlet/tgi-primary.container`.
  package let path: String
  /// The content.
  package let text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}
