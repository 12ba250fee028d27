package import Deployments
import Diagnostics
package import Schema

/// A server program that amm can run, and how a profile drives it.
///
/// Adding one is a new file beside this one and a line in `Runtimes.all`.
package protocol Runtime: Sendable {
  /// The options that only this runtime has.
  associatedtype Options: Record where Options.Destination == LaunchOption

  /// The word a profile writes after `runtime:`.
  static var name: String { get }
  /// The key of its own section in a profile.
  static var sectionKey: String { get }
  /// The kinds of source it can load a model from.
  static var sources: [SourceSection.Kind] { get }
  /// The pinned image for a kind of processor.
  static func image(for processor: Processor) -> ImageReference
  /// The port it listens on in its container: an unprivileged one, for a server without rights.
  static var port: Port { get }
  static var cache: ModelCache { get }
  /// A command in its image that succeeds when the server answers.
  static var healthCommand: PlainText { get }
  /// Seconds the server may take to answer what is under way when it is told to stop.
  static var stopTimeout: Int { get }
  /// Shared memory that its processes need; nil for Podman's default of 64 MiB.
  static var sharedMemory: ByteCount? { get }
  /// The variable it reads a Hugging Face token from; nil when it has none.
  static var tokenVariable: EnvironmentVariable.Name? { get }
  /// Variables and arguments that amm itself sets and a profile may not.
  static var reserved: [String] { get }
  /// What becomes of each common setting.
  static func use(of field: CommonField) -> FieldUse
  /// What must hold of a profile for this runtime alone.
  static var checks: [Check] { get }
  /// The launch of a model, to which the settings have been added.
  static func complete(_ launch: inout Launch, for profile: Profile)
}

extension Runtime {
  /// The options of a profile that runs on this runtime.
  package static func options(of profile: Profile) -> Options {
    (profile.options as? Options) ?? Options()
  }
}

/// What a server computes on.
package enum Processor: Sendable, CaseIterable {
  case nvidia, amd, cpu

  /// The kind of a list of devices.
  package init(_ devices: [Device]) {
    switch devices.first {
    case .nvidia: self = .nvidia
    case .amd: self = .amd
    case nil: self = .cpu
    }
  }
}

/// Where a runtime keeps the models it downloaded.
package struct ModelCache: Sendable {
  /// Where its image expects the cache.
  package let path: ContainerPath
  /// Whether several servers may use one cache at a time.
  package let isShareable: Bool
  /// What kind of cache it is; two kinds never share a place.
  package let kind: String

  package init(_ kind: String, at path: ContainerPath, shareable: Bool) {
    self.kind = kind
    self.path = path
    isShareable = shareable
  }
}
