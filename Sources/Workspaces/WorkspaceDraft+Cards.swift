import Deployments
import Profiles
import Schema

/// What an instance runs on, as far as `host` describes it.
extension WorkspaceDraft {
  /// Its GPUs, as the host's settings describe them; empty where they do not describe each.
  func cards(of instance: Instance) -> [HostCard] {
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

  /// The host's GPUs, in the order of the file; nil for one whose memory is not said.
  static func cards(of host: HostSettings?) -> [HostCard?] {
    (host?.gpus?.value ?? []).map { gpu in
      gpu.value.memory.map { memory in
        HostCard(
          name: gpu.value.name?.value, memory: memory.value.bytes,
          compute: gpu.value.compute?.value, device: gpu.value.device?.value.text ?? "")
      }
    }
  }

  /// How many GPUs its server sees; nil when that is only known on the machine.
  func gpuCount(of instance: Instance) -> Int? {
    let devices = instance.devices.map(\.value)
    guard devices.contains(where: \.isAll) else { return devices.count }
    let kind = Processor(devices)
    return host?.gpus.map { gpus in
      gpus.value.count { Processor([$0.value.device?.value].compactMap { $0 }) == kind }
    }
  }

  /// The image that serves a profile on an instance: the profile's own, that for the instance's
  /// cards, or that for its kind of processor; nil where there is none.
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
