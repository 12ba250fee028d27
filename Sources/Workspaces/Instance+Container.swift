import Deployments
import Profiles
import Schema

/// The container settings of an instance.
extension Instance {
  /// The server's description: the instance's own, or else its name.
  var title: PlainText {
    guard let title = description ?? PlainText("Model server " + name.value.text) else {
      preconditionFailure("a resource's name is plain text")
    }
    return title
  }

  /// The permissions of the container's processes.
  ///
  /// SELinux would deny access to a GPU's device files. The documentation of CDI and Podman
  /// requires containers without labels. AMD's device files belong to groups (video, render) that
  /// the user is in.
  var security: Security {
    var security = Security()
    security.labels = isConfined ? .confined : .unconfined
    let usesGroups = setting(\.keepGroups)?.value ?? processor.usesGroups
    security.groups = usesGroups ? .ofUser : .ofImage
    security.user = user?.value
    security.isReadOnly = setting(\.readOnly)?.value ?? false
    return security
  }

  /// Returns the environment variable that selects the instance's GPUs by their indices among those
  /// that the container sees.
  func selectingVariables(
    of runtime: any Runtime.Type
  ) -> [(name: String, value: String)] {
    let places = devices.compactMap { device -> String? in
      if case .index(let index) = device.value.node { String(index) } else { nil }
    }
    guard !places.isEmpty, let name = runtime.selectingVariable(for: processor) else { return [] }
    return [(name, places.joined(separator: ","))]
  }

  /// Whether SELinux confines the container, on machines with SELinux.
  var isConfined: Bool {
    switch selinux {
    case .off: false
    case .shared, .private: true
    case nil: devices.isEmpty
    }
  }

  /// The SELinux label for host paths that amm mounts itself, for the model or its cache.
  var labelOfOwn: Mount.Option? {
    if let selinux { return selinux.label }
    return devices.isEmpty ? .sharedLabel : nil
  }

  /// Returns the SELinux label for a mount under 'volumes'.
  func label(of volume: VolumeChoice) -> Mount.Option? {
    (volume.selinux ?? selinux)?.label
  }

  /// Returns the shared memory of the server's processes.
  ///
  /// A program that amm does not know may exchange data of several GPUs there. A cluster gives 64 MiB,
  /// and has no setting that shares the machine's.
  func sharedMemory(of runtime: any Runtime.Type, onCluster: Bool) -> SharedMemory {
    if setting(\.ipc)?.value == .host { return .ofMachine }
    let isUnknown = onCluster && runtime.needsImage && devices.count > 1
    let own = setting(\.shmSize)?.value ?? runtime.sharedMemory
    return (own ?? (isUnknown ? .gibibytes(1) : nil)).map { .own($0) } ?? .ofEngine
  }

  /// Returns the secrets that the server gets.
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

  /// Returns whether a server gets the hub's token: if its instance sets it, or if the model comes
  /// from the hub and is not declared as public.
  private func needsToken(_ profile: Profile) -> Bool {
    if own.value.token != nil { return true }
    guard case .huggingFace = profile.model else { return false }
    return profile.facts.gated?.value != false
  }

  /// Returns the store and path for files that the server compiles, and the variables that set the
  /// path.
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

  /// Returns the name of the store, which all servers of the same version share, because other
  /// versions may not be able to read the files.
  ///
  /// A server with a custom image, or with an image without a tag, has its own store.
  private func compileStore(
    of runtime: any Runtime.Type, _ image: ImageReference
  ) -> ResourceName {
    let isOwn = Processor.allCases.contains { runtime.image(for: $0)?.name == image.name }
    // The name is valid for every target: a cluster takes neither dots and '_' nor capital letters.
    let release =
      isOwn
      ? image.tag.map { $0.lowercased().replacing(".", with: "-").replacing("_", with: "-") } : nil
    return release.flatMap { ResourceName("\(runtime.name)-compiled-\($0)") }
      ?? name.value.suffixed("-compiled") ?? name.value
  }
}

extension SELinuxChoice {
  /// The mount option for the label, or nil for no label.
  fileprivate var label: Mount.Option? {
    switch self {
    case .shared: .sharedLabel
    case .private: .privateLabel
    case .off: nil
    }
  }
}
