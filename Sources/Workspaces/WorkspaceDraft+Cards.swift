import Deployments
import Profiles
import Schema

/// The hardware that an instance runs on, to the extent that `host` describes it.
extension WorkspaceDraft {
  /// Returns an instance's GPUs as `host.gpus` describes them, or none if it does not describe all
  /// of them.
  func cards(of instance: Instance) -> [HostCard] {
    if let cluster {
      return cluster.cards(
        instance.devices.count, on: instance.span?.value ?? 1, of: instance.name.value.text)
    }
    guard let known = host?.gpus?.value, !instance.devices.isEmpty else { return [] }
    let all = devices(of: instance)
    let isAny = all.contains(where: \.isAll)
    let kind = Processor(all)
    let found = known.indices.filter { index in
      guard let device = known[index].value.device?.value else { return false }
      return isAny ? Processor([device]) == kind : all.contains(device)
    }
    guard isAny || found.count == all.count else { return [] }
    return found.compactMap { hostCards[$0] }
  }

  /// Returns the host's GPUs in the order of the file, with nil for a GPU without a memory size.
  static func cards(of host: HostSettings?) -> [HostCard?] {
    (host?.gpus?.value ?? []).map { gpu in
      gpu.value.memory.map { memory in
        HostCard(
          name: gpu.value.name?.value, memory: memory.value.bytes,
          compute: gpu.value.compute?.value, device: gpu.value.device?.value.text ?? "")
      }
    }
  }

  /// Returns the number of GPUs that the server sees, or nil if it is known only on the machine.
  func gpuCount(of instance: Instance) -> Int? {
    let devices = instance.devices.map(\.value)
    guard devices.contains(where: \.isAll) else {
      return devices.count * (instance.span?.value ?? 1)
    }
    let kind = Processor(devices)
    return host?.gpus.map { gpus in
      gpus.value.count { Processor([$0.value.device?.value].compactMap { $0 }) == kind }
    }
  }

  /// Returns the image that serves a profile on an instance: the profile's own, the runtime's image
  /// for the instance's GPUs, or the runtime's image for its kind of processor.
  ///
  /// Returns nil if there is none.
  func image(of instance: Instance, serving profile: Profile) -> ImageReference? {
    if let image = profile.image { return image.value }
    let runtime = profile.runtime.value
    let processor = instance.processor
    guard processor == .nvidia else { return runtime.image(for: processor) }
    let cards = cards(of: instance)
    let known = cards.compactMap(\.compute)
    let fitting =
      known.isEmpty || known.count < cards.count ? nil : runtime.image(computing: Set(known))
    return fitting ?? runtime.image(for: processor)
  }
}
