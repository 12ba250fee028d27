import Deployments
import Profiles
import Schema

/// What becomes of an instance's settings in its container.
extension Instance {
  /// The server's description: the instance's own, else its name.
  var title: PlainText {
    guard let title = description ?? PlainText("Model server " + name.value.text) else {
      preconditionFailure("a resource's name is plain text")
    }
    return title
  }

  /// What its processes may do.
  ///
  /// SELinux would deny a GPU's device files; CDI's and Podman's own documents ask for containers
  /// without labels. Those of AMD belong to groups (video, render) that the user is in.
  var security: Security {
    var security = Security()
    security.labels = isConfined ? .confined : .unconfined
    let usesGroups = setting(\.keepGroups)?.value ?? processor.usesGroups
    security.groups = usesGroups ? .ofUser : .ofImage
    security.user = user?.value
    security.isReadOnly = setting(\.readOnly)?.value ?? false
    return security
  }

  /// The variable that chooses its GPUs by their places among those that its container sees.
  func selectingVariables(
    of runtime: any Runtime.Type
  ) -> [(name: String, value: String)] {
    let places = devices.compactMap { device -> String? in
      if case .index(let index) = device.value.node { String(index) } else { nil }
    }
    guard !places.isEmpty, let name = runtime.selectingVariable(for: processor) else { return [] }
    return [(name, places.joined(separator: ","))]
  }

  /// Whether SELinux holds it back, where the machine has it.
  var isConfined: Bool {
    switch selinux {
    case .off: false
    case .shared, .private: true
    case nil: devices.isEmpty
    }
  }

  /// The label that SELinux wants on a path of the host that amm mounts by itself: for the model, or its
  /// cache.
  var labelOfOwn: Mount.Option? {
    if let selinux { return selinux.label }
    return devices.isEmpty ? .sharedLabel : nil
  }

  /// The label that SELinux wants on a mount under 'volumes'.
  func label(of volume: VolumeChoice) -> Mount.Option? {
    (volume.selinux ?? selinux)?.label
  }

  /// The memory that its processes share.
  func sharedMemory(of runtime: any Runtime.Type) -> SharedMemory {
    if setting(\.ipc)?.value == .host { return .ofMachine }
    return (setting(\.shmSize)?.value ?? runtime.sharedMemory).map { .own($0) } ?? .ofEngine
  }

  /// The secrets that its server gets.
  func references(for profile: Profile) -> [SecretReference] {
    let runtime = profile.runtime.value
    var found: [SecretReference] = []
    if let variable = runtime.tokenVariable(of: profile), let token, needsToken(profile) {
      found.append(SecretReference(variable, from: token.value.source))
    }
    if let key = apiKey, let variable = runtime.keyVariable {
      found.append(SecretReference(variable, from: key.value.source))
    }
    return found + secrets.map { SecretReference($0.name.value, from: $0.item.value.source) }
  }

  /// Whether a server gets the token of the hub: where its instance asks for it, and where its model
  /// comes from the hub and nobody says that it is open to all.
  private func needsToken(_ profile: Profile) -> Bool {
    if own.token != nil { return true }
    guard case .huggingFace = profile.model else { return false }
    return profile.facts.gated?.value != false
  }

  /// Where what its server compiles is kept, and the variables that tell the server.
  func compileCache(
    of runtime: any Runtime.Type, _ image: ImageReference
  ) -> (store: ResourceName, path: ContainerPath, variables: [(name: String, value: String)])? {
    guard setting(\.compileCache)?.value ?? true, user?.value.isRoot ?? true,
      let cache = runtime.compileCache
    else { return nil }
    return (
      compileStore(of: runtime, image), cache.path,
      cache.variables.map { ($0.name, cache.path.text + "/" + $0.folder) }
    )
  }

  /// One for all servers of a release, since what one release compiled another may misread; one of its
  /// own for an image without a release.
  private func compileStore(
    of runtime: any Runtime.Type, _ image: ImageReference
  ) -> ResourceName {
    let isOwn = Processor.allCases.contains { runtime.image(for: $0)?.name == image.name }
    let release = isOwn ? image.tag.map { String($0.map { $0 == "." ? "-" : $0 }) } : nil
    return release.flatMap { ResourceName("\(runtime.name)-compiled-\($0)") }
      ?? name.value.suffixed("-compiled") ?? name.value
  }
}

extension SELinuxChoice {
  /// The label that it means; nil for none.
  fileprivate var label: Mount.Option? {
    switch self {
    case .shared: .sharedLabel
    case .private: .privateLabel
    case .off: nil
    }
  }
}
