package import Deployments
import Diagnostics
package import Profiles
package import Schema
package import Targets

/// An instance with its defaults and the profile that it serves.
///
/// It is a class because each check looks at all instances, and a copy of a structure with some seventy
/// settings would count the references of each.
package final class Instance: Sendable {
  package let name: Located<ResourceName>
  /// The port as it was written, or nil if there is none.
  package let port: Located<Int>?
  /// The port that the server itself listens on if it starts on demand, as it was written.
  let backendPort: Located<Int>?
  package let description: PlainText?
  let own: SharedSettings
  let defaults: SharedSettings
  /// The profile that the active link selects, or nil if there is no valid one.
  ///
  /// If the server has several models, its launch is that of all of them.
  package let active: ActiveProfile?
  /// The name for the model that stays the same when the instance is switched.
  let modelName: Located<Argument>?
  /// The further models of the server, in the order of the file.
  package let more: [MoreModel]
  /// The reason that the further models do not fit, or nil if they do.
  let conflict: (id: Located<String>, conflict: ModelConflict)?
  /// The number of equal servers, as it is written.
  let replicas: Located<Int>?
  /// The number of nodes that the server spans, as it is written.
  let span: Located<Int>?

  init(
    name: Located<ResourceName>, port: Located<Int>?, backendPort: Located<Int>?,
    description: PlainText?, own: SharedSettings, defaults: SharedSettings,
    active: ActiveProfile?, modelName: Located<Argument>? = nil, more: [MoreModel] = [],
    conflict: (id: Located<String>, conflict: ModelConflict)? = nil,
    replicas: Located<Int>? = nil, span: Located<Int>? = nil
  ) {
    self.name = name
    self.port = port
    self.backendPort = backendPort
    self.description = description
    self.own = own
    self.defaults = defaults
    self.active = active
    self.modelName = modelName
    self.more = more
    self.conflict = conflict
    self.replicas = replicas
    self.span = span
  }

  /// The target that runs the server, or nil for all targets.
  var target: Located<ResourceName>? { setting(\.target) }
  /// The host address that the instance listens on.
  package var bind: BindAddress { setting(\.bind)?.value ?? .loopback }
  /// When the server starts.
  var start: StartChoice {
    own.value.startChoice?.value ?? defaults.value.startChoice?.value ?? .boot
  }
  /// The exclusive group, or nil if it is in none.
  var group: Located<ResourceName>? { setting(\.exclusive) }
  package var runtimes: Located<[Located<String>]>? { setting(\.runtimes) }
  package var devices: [Located<Accelerator>] {
    setting(\.gpus)?.value ?? [Located(.nvidia(.all), name.range)]
  }
  /// Whether GPUs are set, for the instance or in `defaults`.
  var writesDevices: Bool { setting(\.gpus) != nil }
  package var cache: Located<CacheChoice>? { setting(\.cache) }
  package var volumes: [Located<VolumeChoice>] { setting(\.volumes)?.value ?? [] }
  var environments: [Environment] {
    [defaults.value.environment, own.value.environment].compactMap { $0?.value }
  }
  /// The Podman version that units are written for, by default the oldest supported one.
  package var podman: PodmanVersion { setting(\.podman)?.value ?? .oldest }
  package var token: Located<SecretChoice>? { setting(\.token) }
  /// The start timeout in seconds.
  package var startTimeout: Int { setting(\.startTimeout)?.value ?? 1800 }
  package var apiKey: Located<SecretChoice>? { setting(\.apiKey) }
  var selinux: SELinuxChoice? { setting(\.selinux)?.value }
  package var extraPorts: [Located<PortChoice>] { setting(\.extraPorts)?.value ?? [] }
  /// The host ports that the instance opens, each with its address.
  package var openedPorts: [(address: BindAddress, port: Located<Int>)] {
    (port.map { [(bind, $0)] } ?? []) + (backend.map { [(.loopback, $0)] } ?? [])
      + extraPorts.map { ($0.value.address ?? bind, Located($0.value.host.number, $0.range)) }
  }
  /// The port that the server itself listens on if it starts on demand, or nil if it does not.
  var backend: Located<Int>? {
    guard start == .onDemand else { return nil }
    return backendPort
      ?? port.map { port in
        let offset = 10_000
        return Located(port.value + (port.value + offset <= 65535 ? offset : -offset), port.range)
      }
  }
  package var user: Located<ContainerUser>? { setting(\.user) }
  package var autoUpdate: Located<ImageUpdate>? { setting(\.autoUpdate) }
  /// The variables that get secrets.
  package var secrets: [Pair<EnvironmentVariable.Name, SecretChoice>] { pairs(\.secrets) }

  /// The references to all secrets of the instance, including the hub's token and the API key.
  var secretPlaces: [Located<SecretChoice>] {
    secrets.map(\.item) + [token, apiKey].compactMap { $0 }
  }
  var labels: [Pair<ContainerLabel.Name, PlainText>] { pairs(\.labels) }
  var ulimits: [Pair<ResourceLimit.Resource, AmountChoice>] { pairs(\.ulimits) }
  /// The keys that are added to the unit, each with a value.
  package var unitAdditions: UnitAdditionsChoice? {
    guard let all = defaults.value.quadlet?.value else { return own.value.quadlet?.value.written }
    return (own.value.quadlet.map { all.followed(by: $0.value) } ?? all).written
  }

  /// The valid profiles that the server serves, of which it loads one at a time.
  var profiles: [Profile] {
    ([active] + more.map(\.active)).compactMap { $0?.profile }
  }

  /// The instance's limits, or else the largest of its profiles'.
  package var limits: Limits {
    let resources = profiles.map(\.resources)
    let memory: ByteCount? =
      switch (own.value.limits.ram ?? defaults.value.limits.ram)?.value {
      case .limited(let count): count
      case .unlimited: nil
      case nil: resources.compactMap { $0.ram?.value }.max { $0.bytes < $1.bytes }
      }
    let ofProfiles = resources.compactMap { $0.cpuCores?.value }.max()
    let cores = (own.value.limits.cpuCores ?? defaults.value.limits.cpuCores)?.value ?? ofProfiles
    return Limits(memory: memory, cores: cores)
  }

  /// Returns a setting of the instance, or else that of `defaults`.
  ///
  /// Takes a function, which the compiler reduces to reading the property. Checks do this 160 times
  /// for each instance, and key paths took a fifth of the time of `validate`.
  @inline(__always)
  func setting<Item: Sendable>(
    _ read: (borrowing InstanceSettings) -> Located<Item>?
  ) -> Located<Item>? {
    read(own.value) ?? read(defaults.value)
  }

  /// Returns the pairs of `defaults` and of the instance, which override them.
  @inline(__always)
  private func pairs<Name: Equatable, Item>(
    _ read: (borrowing InstanceSettings) -> Located<[Pair<Name, Item>]>?
  ) -> [Pair<Name, Item>] {
    let mine = read(own.value)?.value ?? []
    return (read(defaults.value)?.value ?? []).filter { pair in
      !mine.contains { $0.name.value == pair.name.value }
    } + mine
  }

  /// Returns the store or folder for downloaded models.
  package func place(of kind: ModelCache) -> Mount.Source {
    switch cache?.value ?? (kind.isShareable ? .shared : .own) {
    case .shared: .store(ResourceName(kind.kind) ?? name.value)
    case .own: .store(name.value)
    case .folder(let path): .path(path)
    }
  }
}

extension InstanceSettings {
  /// When the server starts, in the current or the older form, or nil if neither is set.
  var startChoice: Located<StartChoice>? {
    start ?? autoStart.map { Located($0.value ? .boot : .manual, $0.range) }
  }
}

extension Instance {
  /// The cache of the runtime and its place, or nil if it has none.
  package var cachePlace: (cache: ModelCache, place: Mount.Source)? {
    guard let profile = active?.profile, let cache = profile.runtime.value.cache(of: profile),
      self.cache != nil || !cache.isOfDownloads || profile.loadsFromHub
    else { return nil }
    return (cache, place(of: cache))
  }

  /// The kind of processor that the image computes on.
  package var processor: Processor { Processor(devices.map(\.value)) }
}

/// A further model of a server.
package struct MoreModel: Sendable {
  /// The profile, as it is written.
  package let id: Located<String>
  /// The profile, or nil if there is none or it has errors.
  package let active: ActiveProfile?
  /// Whether the workspace has no such profile.
  let isMissing: Bool
}

/// A profile that one or more instances serve.
package final class ActiveProfile: Sendable {
  /// The path below the profiles' folder, without its ending: `coding/deepseek-coder`.
  package let id: String
  /// The profile that is served.
  package let profile: Profile
  /// How the runtime starts the profile, computed once for checks and plans.
  package let launch: Launch

  package init(id: String, profile: Profile) {
    self.id = id
    self.profile = profile
    launch = Launch.of(profile)
  }

  /// A profile whose server has further models.
  init(id: String, profile: Profile, launch: Launch) {
    self.id = id
    self.profile = profile
    self.launch = launch
  }
}

/// The entry at `active/<instance>.yaml`.
package struct ActiveLink: Sendable {
  /// The target of the link.
  package enum State: Sendable {
    /// A file or folder instead of a link.
    case notALink
    case absolute(String)
    /// A target outside the workspace.
    case outside(String)
    /// A file of the workspace that is not a profile.
    case notAProfile(String)
    case dangling(String)
    /// A profile and its id. The profile is nil if it has errors.
    case profile(String, ActiveProfile?)
  }

  /// The name of the instance, from the file name.
  package let instance: String
  /// The path to show to the user.
  package let path: String
  /// The target of the link.
  package let state: State

  /// The id of the selected profile, or nil if the link does not point to a profile.
  package var profile: String? {
    if case .profile(let id, _) = state { id } else { nil }
  }

  package init(instance: String, path: String, state: State) {
    self.instance = instance
    self.path = path
    self.state = state
  }
}
