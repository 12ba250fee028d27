package import Deployments
import Diagnostics
package import Host

/// Pulls the images that servers need before any server is changed, so that a failed pull does not
/// stop a running server.
package struct ImageFetch {
  private let images: [ImageReference]
  private let machine: Machine

  /// - Parameter needed: The images of what is started, in order.
  init(for needed: [ImageReference], on machine: Machine) {
    self.machine = machine
    var images: [ImageReference] = []
    for image in needed where !images.contains(image) { images.append(image) }
    self.images = images
  }

  /// The images that Podman does not have; nil if Podman is not installed.
  package var missing: [ImageReference]? {
    guard machine.has("podman") else { return nil }
    return images.filter { image in
      machine.capture(["podman", "image", "exists", image.text])?.status == 1
    }
  }

  /// The minimum free bytes to unpack an image of a model server: the smallest have about one
  /// gibibyte, and need twice the space while they are unpacked.
  private static let least = 2 << 30
  /// The bytes that an image with CUDA or ROCm can take.
  private static let usual = 30 << 30

  /// Checks the free space for images before the download.
  private static func requireRoom(for count: Int, on machine: Machine) throws(HostError) {
    let words = ["podman", "info", "--format", "{{.Store.GraphRoot}}"]
    guard let place = machine.firstLine(of: words), let free = machine.freeBytes(place) else {
      return
    }
    let text = "\(free >> 30) GiB are free in \(place)"
    guard free >= least else {
      throw HostError(
        "pull", "images",
        reason: "\(text), which is too little for an image; 'amm clean' lists unused storage"
      )
    }
    if free < count * usual {
      machine.tell(
        .note(
          "\(text); an image with CUDA or ROCm takes up to \(usual >> 30) GiB: 'amm clean' frees space"
        )
      )
    }
  }

  /// Pulls images, and reports the progress.
  ///
  /// - Throws: If one cannot be pulled; nothing else was changed.
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
