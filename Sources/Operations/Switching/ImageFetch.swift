package import Deployments
import Diagnostics
package import Host

/// Pulls the images that servers will need, before any server is touched: what cannot be pulled must
/// not have stopped what runs.
package struct ImageFetch {
  private let images: [ImageReference]
  private let machine: Machine

  /// - Parameter instances: Those that will be started.
  init(for instances: [Workload], on machine: Machine) {
    self.machine = machine
    var images: [ImageReference] = []
    for image in instances.flatMap(\.containers).map(\.image) where !images.contains(image) {
      images.append(image)
    }
    self.images = images
  }

  /// Those that Podman does not have; nil where there is no Podman to ask.
  package var missing: [ImageReference]? {
    guard machine.has("podman") else { return nil }
    return images.filter { image in
      machine.capture(["podman", "image", "exists", image.text])?.status == 1
    }
  }

  /// Bytes without which no image of a model server can be unpacked: the smallest have about one
  /// gibibyte, and are there twice while they are.
  private static let least = 2 << 30
  /// Bytes that one with CUDA or ROCm may take.
  private static let usual = 30 << 30

  /// Looks whether there is room for images, before a byte is fetched.
  private static func requireRoom(for count: Int, on machine: Machine) throws(HostError) {
    let words = ["podman", "info", "--format", "{{.Store.GraphRoot}}"]
    guard let place = machine.firstLine(of: words), let free = machine.freeBytes(place) else {
      return
    }
    let text = "\(free >> 30) GiB are free in \(place)"
    guard free >= least else {
      throw HostError(
        "pull", "images", reason: "\(text), too little for one; 'amm clean' lists what nothing uses"
      )
    }
    if free < count * usual {
      machine.tell(
        .note(
          "\(text); an image with CUDA or ROCm takes up to \(usual >> 30) GiB: 'amm clean' makes room"
        )
      )
    }
  }

  /// Pulls images, and shows how that goes on.
  ///
  /// - Throws: Where one cannot be pulled; nothing else has been touched.
  package static func pull(_ images: [ImageReference], on machine: Machine) throws(HostError) {
    if !images.isEmpty { try requireRoom(for: images.count, on: machine) }
    for image in images {
      machine.tell(.note("pulling \(image.text)"))
      let (result, words) = try machine.follow(["podman", "pull", image.text])
      guard result.isSuccess else {
        if let cause = ServerLog.ofEngine.cause(of: words) {
          machine.tell(.note("most likely: \(cause)"))
        }
        throw HostError(
          "pull the image", image.text,
          reason: "'podman pull' ended with exit status \(result.status); nothing was changed")
      }
    }
  }
}
