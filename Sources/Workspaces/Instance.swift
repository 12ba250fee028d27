package import Deployments
import Diagnostics
package import Profiles
package import Schema
package import Targets

/// An instance with its defaults, and what it is to serve.
package struct Instance: Sendable {
  package let name: Located<ResourceName>
  /// The port as it was written; nil where none is.
  package let port: Located<Int>?
  package let description: PlainText?
  let own: InstanceSettings
  let defaults: InstanceSettings
  /// The profile that its active link names; nil when there is no usable one.
  package let active: ActiveProfile?

  /// The address of the machine that it listens on.
  package var bind: BindAddress { setting(\.bind)?.value ?? .loopback }
  var startsAutomatically: Bool { setting(\.autoStart)?.value ?? true }
  package var runtimes: Located<[Located<String>]>? { setting(\.runtimes) }
  package var devices: [Located<Accelerator>] {
    setting(\.gpus)?.value ?? [Located(.nvidia(.all), name.range)]
  }
  /// Whether its GPUs are written, for it or for all.
  var writesDevices: Bool { setting(\.gpus) != nil }
  package var cache: Located<CacheChoice>? { setting(\.cache) }
  package var volumes: [Located<VolumeChoice>] { setting(\.volumes)?.value ?? [] }
  var environments: [Environment] {
    [defaults.environment, own.environment].compactMap { $0?.value }
  }
  /// The release that units are written for; the oldest where nothing is said.
  package var podman: PodmanVersion { setting(\.podman)?.value ?? .oldest }
  package var token: Located<SecretChoice>? { setting(\.token) }
  /// Seconds.
  package var startTimeout: Int { setting(\.startTimeout)?.value ?? 1800 }
  package var apiKey: Located<SecretChoice>? { setting(\.apiKey) }
  var selinux: SELinuxChoice? { setting(\.selinux)?.value }
  package var extraPorts: [Located<PortChoice>] { setting(\.extraPorts)?.value ?? [] }
  /// The ports of this machine that it opens, each with its address.
  package var openedPorts: [(address: BindAddress, port: Located<Int>)] {
    (port.map { [(bind, $0)] } ?? [])
      + extraPorts.map { ($0.value.address ?? bind, Located($0.value.host.number, $0.range)) }
  }
  package var user: Located<ContainerUser>? { setting(\.user) }
  package var autoUpdate: Located<ImageUpdate>? { setting(\.autoUpdate) }
  /// Variables with secrets.
  package var secrets: [Pair<EnvironmentVariable.Name, SecretChoice>] { pairs(\.secrets) }

  /// Where all of its secrets are kept: the hub's token, its key, and others.
  var secretPlaces: [Located<SecretChoice>] {
    secrets.map(\.item) + [token, apiKey].compactMap { $0 }
  }
  var labels: [Pair<ContainerLabel.Name, PlainText>] { pairs(\.labels) }
  var ulimits: [Pair<ResourceLimit.Resource, AmountChoice>] { pairs(\.ulimits) }
  /// What is added to its unit, each key with a value.
  package var unitAdditions: UnitAdditionsChoice? {
    guard let all = defaults.quadlet?.value else { return own.quadlet?.value.written }
    return (own.quadlet.map { all.followed(by: $0.value) } ?? all).written
  }

  /// The instance's limits, else the profile's.
  package var limits: Limits {
    let resources = active?.profile.resources
    let memory: ByteCount? =
      switch (own.limits.ram ?? defaults.limits.ram)?.value {
      case .limited(let count): count
      case .unlimited: nil
      case nil: resources?.ram?.value
      }
    let cores = (own.limits.cpuCores ?? defaults.limits.cpuCores ?? resources?.cpuCores)?.value
    return Limits(memory: memory, cores: cores)
  }

  func setting<Item: Sendable>(
    _ path: KeyPath<InstanceSettings, Located<Item>?>
  ) -> Located<Item>? {
    own[keyPath: path] ?? defaults[keyPath: path]
  }

  /// The pairs of all instances and its own, which win.
  private func pairs<Name: Equatable, Item>(
    _ path: KeyPath<InstanceSettings, Located<[Pair<Name, Item>]>?>
  ) -> [Pair<Name, Item>] {
    let mine = own[keyPath: path]?.value ?? []
    return (defaults[keyPath: path]?.value ?? []).filter { pair in
      !mine.contains { $0.name.value == pair.name.value }
    } + mine
  }

  /// Where downloaded models are kept.
  package func place(of kind: ModelCache) -> Mount.Source {
    switch cache?.value ?? (kind.isShareable ? .shared : .own) {
    case .shared: .store(ResourceName(kind.kind) ?? name.value)
    case .own: .store(name.value)
    case .folder(let path): .path(path)
    }
  }
}

extension Instance {
  /// The cache that its runtime keeps, and where; nil when it keeps none.
  package var cachePlace: (cache: ModelCache, place: Mount.Source)? {
    guard let profile = active?.profile, let cache = profile.runtime.value.cache(of: profile),
      self.cache != nil || !cache.isOfDownloads || profile.loadsFromHub
    else { return nil }
    return (cache, place(of: cache))
  }

  /// What its image computes on.
  package var processor: Processor { Processor(devices.map(\.value)) }
}

/// A profile that instances serve.
package final class ActiveProfile: Sendable {
  /// Its path below the profiles' folder, without ending: `coding/deepseek-coder`.
  package let id: String
  /// The profile that is served.
  package let profile: Profile
  /// How its runtime starts it: worked out once, for checks and plans.
  package let launch: Launch

  package init(id: String, profile: Profile) {
    self.id = id
    self.profile = profile
    launch = Launch.of(profile)
  }
}

/// What stands at `active/<instance>.yaml`.
package struct ActiveLink: Sendable {
  /// What the link leads to.
  package enum State: Sendable {
    /// A file or folder in place of a link.
    case notALink
    case absolute(String)
    /// Leads out of the workspace.
    case outside(String)
    /// Leads to a file of the workspace that is none of its profiles.
    case notAProfile(String)
    case dangling(String)
    /// A profile by its id; nil when the profile has errors.
    case profile(String, ActiveProfile?)
  }

  /// The instance it is for, by its file name.
  package let instance: String
  /// Its path as the user should see it.
  package let path: String
  /// What the link leads to.
  package let state: State

  /// The profile it leads to, by its id.
  package var profile: String? {
    if case .profile(let id, _) = state { id } else { nil }
  }

  package init(instance: String, path: String, state: State) {
    self.instance = instance
    self.path = path
    self.state = state
  }
}
