import Models
import Values

/// A registry's answer for an image: an index of images by platform, or a single image (OCI
/// image-spec 1.1, image-index.md and manifest.md; Docker's formats have the same structure).
package struct RegistryAnswer: Sendable, Equatable {
  /// The digest of each platform's image; empty for a single image.
  package let platforms: [String: String]

  /// Parses an answer; nil if it is neither an index nor an image.
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
      // Attestations are listed with images, with an unknown platform.
      guard system != "unknown", LockedImage.isPlatform(name), platforms[name] == nil else {
        continue
      }
      platforms[name] = digest
    }
    guard !platforms.isEmpty else { return nil }
    self.platforms = platforms
  }
}
