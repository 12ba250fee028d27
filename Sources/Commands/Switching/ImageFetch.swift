import Deployments
import Diagnostics
import Host

/// Pulls the images that servers will need, before any server is touched: what cannot be pulled must
/// not have stopped what runs.
struct ImageFetch {
  private let images: [ImageReference]

  /// - Parameter instances: Those that will be started.
  init(for instances: [Workload]) {
    var images: [ImageReference] = []
    for image in instances.flatMap(\.containers).map(\.image) where !images.contains(image) {
      images.append(image)
    }
    self.images = images
  }

  /// Those that Podman does not have; nil where there is no Podman to ask.
  var missing: [ImageReference]? {
    guard Subprocess.find("podman") != nil else { return nil }
    return images.filter { image in
      (try? Subprocess.capture(["podman", "image", "exists", image.text]))?.status == 1
    }
  }

  /// Pulls images, and shows how that goes on.
  ///
  /// - Throws: Where one cannot be pulled; nothing else has been touched.
  static func pull(_ images: [ImageReference]) throws(HostError) {
    for image in images {
      Console.say("pulling \(image.text)")
      let (result, words) = try Console.follow(["podman", "pull", image.text])
      guard result.isSuccess else {
        if let cause = LikelyCause.of(words) { Console.say("most likely: \(cause)") }
        throw HostError(
          "pull the image", image.text,
          reason: "'podman pull' ended with exit status \(result.status); nothing was changed")
      }
    }
  }
}
