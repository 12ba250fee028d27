import Deployments
import Diagnostics
import Profiles
import Schema

/// The space on the disk of a node that a cluster gives a container.
extension ServerImport {
  /// Reports a limit that is smaller than the model, if the model is not in a volume.
  ///
  /// - Parameters:
  ///   - profile: The profile of the server.
  ///   - standard: The folder in the container where the image looks for downloads; nil if it has none.
  mutating func tellDisk(_ profile: Profile, cache standard: String?) {
    guard let limit = server.diskLimit, let needed = profile.leastDownload,
      let folder = cacheFolder ?? standard, folder.hasPrefix("/"), !folder.contains("$"),
      limit.bytes < needed,
      !server.places.contains(where: { Self.overlap($0.value.target, folder) }),
      !server.scratch.contains(where: { Self.overlap($0, folder) })
    else { return }
    tell(
      ImportRules.value, limit.written.range,
      "the model's files have more than \(limit.written.value.abbreviatedName), and a cluster ends a pod whose container writes more than 'ephemeral-storage'",
      help: "mount a volume at '\(folder)', or raise the limit")
  }

  private static func overlap(_ target: String, _ folder: String) -> Bool {
    (target + "/").hasPrefix(folder + "/") || (folder + "/").hasPrefix(target + "/")
  }
}
