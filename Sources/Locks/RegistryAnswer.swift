import Models
import Values

/// What a registry says of an image: an index of images by platform, or one image (OCI image-spec 1.1,
/// image-index.md and manifest.md; Docker's of the same shape).
package struct RegistryAnswer: Sendable, Equatable {
  /// The digest of each platform's image; empty for an answer that is an image itself.
  package let platforms: [String: String]

  /// - Returns: Nil for what is neither.
  package init?(_ bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes) else { return nil }
    guard let manifests = value["manifests"]?.list else {
      guard value["config"]?["digest"]?.text.map(OllamaManifest.isDigest) == true else {
        return nil
      }
      platforms = [:]
      return
    }
    var platforms: [String: String] = [:]
    for manifest in manifests.prefix(200) {
      guard let digest = manifest["digest"]?.text, OllamaManifest.isDigest(digest),
        let system = manifest["platform"]?["os"]?.text,
        let processor = manifest["platform"]?["architecture"]?.text
      else { continue }
      let variant = manifest["platform"]?["variant"]?.text
      let name = ([system, processor] + (variant.map { [$0] } ?? [])).joined(separator: "/")
      // Attestations are listed beside images, for a platform that is none.
      guard system != "unknown", LockedImage.isPlatform(name), platforms[name] == nil else {
        continue
      }
      platforms[name] = digest
    }
    guard !platforms.isEmpty else { return nil }
    self.platforms = platforms
  }
}
