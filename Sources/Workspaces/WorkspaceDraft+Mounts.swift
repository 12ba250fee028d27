import Deployments
import Diagnostics
import Profiles
import Schema
import Targets

/// A path in an instance's container that something is mounted at.
struct MountedPlace {
  let target: ContainerPath
  /// The mounted host path, or nil for a store and for memory.
  let path: HostPath?
  /// The SELinux label for its files, or nil for none.
  let label: Mount.Option?
  /// A description of its content, in words that follow "already holds".
  let holds: String
  /// The place in the file that declares the mount.
  let range: SourceRange
  /// Whether amm mounts it by itself.
  let isOwn: Bool
  /// Whether it is in the container of a preparation task instead of the server.
  var isOfTask = false
  /// Whether it is an empty file system in memory.
  var isMemory = false
}

extension WorkspaceDraft {
  /// Returns all mounted paths of an instance, starting with the mounts that amm adds.
  func mountedPlaces(of instance: Instance) -> [MountedPlace] {
    var places: [MountedPlace] = []
    func add(own mount: Mount, _ holds: String, _ range: SourceRange) {
      let path = mount.path
      places.append(
        MountedPlace(
          target: mount.target, path: path, label: path == nil ? nil : instance.labelOfOwn,
          holds: holds, range: range, isOwn: true))
    }
    let name = instance.name.range
    if let place = instance.cachePlace {
      add(
        own: Mount(place.place, at: place.cache.path), "the model cache",
        instance.cache?.range ?? name)
    }
    for mount in instance.active?.launch.mounts ?? [] {
      add(own: mount, "the profile's model", name)
    }
    for mount in instance.active?.launch.preparation.flatMap(\.mounts) ?? [] {
      add(own: mount, "the profile's model", name)
      places[places.count - 1].isOfTask = true
    }
    if let runtime = instance.active?.profile.runtime.value {
      for mount in cardLinks(for: instance, on: runtime) {
        add(own: mount, "the GPU device links", name)
      }
    }
    if let profile = instance.active?.profile,
      let image = image(of: instance, serving: profile),
      let cache = instance.compileCache(of: profile.runtime.value, image)
    {
      add(own: Mount(.store(cache.store), at: cache.path), "the compile cache", name)
    }
    for volume in instance.volumes {
      let mount = volume.value.mount
      let labels: [Mount.Option] = [.privateLabel, .sharedLabel]
      places.append(
        MountedPlace(
          target: mount.target, path: mount.path,
          label: mount.options.first(where: labels.contains) ?? instance.label(of: volume.value),
          holds: "another volume", range: volume.range, isOwn: false))
    }
    for entry in instance.unitAdditions?.entries ?? [] {
      for target in entry.value.mountTargets {
        places.append(
          MountedPlace(
            target: target, path: nil, label: nil, holds: "another mount", range: entry.range,
            isOwn: false, isMemory: entry.value.key == "Tmpfs"))
      }
    }
    return places
  }
}

extension Mount {
  fileprivate var path: HostPath? { if case .path(let path) = source { path } else { nil } }
}
