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

  /// Pulls images, and shows how that goes on.
  ///
  /// - Throws: Where one cannot be pulled; nothing else has been touched.
  package static func pull(_ images: [ImageReference], on machine: Machine) throws(HostError) {
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
