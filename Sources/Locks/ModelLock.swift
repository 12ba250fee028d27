package import Deployments
package import Models
import Text

/// The contents of `models.lock.json`: the commits, files and images of a workspace's names.
///
/// The lock is not verified until amm queries the hub.
package struct ModelLock: Sendable, Equatable {
  /// The locked models by the names that profiles use.
  package var models: [ModelName: LockedModel] = [:]
  /// The locked images by name and tag, as deployed without a lock.
  package var images: [String: LockedImage] = [:]

  package init() {}

  /// The name of the file, which is next to `instances.yaml`.
  package static let fileName = "models.lock.json"
  /// The largest size in bytes, enough for a few thousand models.
  package static let limit = 32 << 20

  /// Returns an image with its locked digest; nil if it is not locked or already has a digest.
  package func pinned(_ image: ImageReference) -> ImageReference? {
    guard image.digest == nil, let locked = images[image.text] else { return nil }
    return ImageReference("\(image.text)@\(locked.digest)")
  }
}

/// A model at one commit.
package struct LockedModel: Sendable, Equatable {
  /// The hub's commit; for Ollama, the SHA-256 of the manifest.
  package var commit: String
  /// The files that a server needs, sorted by path.
  package var files: [LockedFile]
  /// The facts in the files; nil if there are none.
  package var facts: ModelFacts?
  /// The licence, as named on the hub; nil if the author gives none.
  package var license: String?
  /// Who can download it.
  package var gating: Gating
  /// The URL of the hub, such as `https://huggingface.co`.
  package var origin: String

  /// Who can download a model.
  package enum Gating: String, Sendable, CaseIterable {
    /// Everyone.
    case open
    /// Accounts that accepted the terms.
    case automatic
    /// Accounts that the author approved.
    case manual
    /// Accounts of the organisation that owns the model.
    case restricted
  }

  package init(
    commit: String, files: [LockedFile], facts: ModelFacts?, license: String?, gating: Gating,
    origin: String
  ) {
    self.commit = commit
    self.files = files.sorted { $0.path < $1.path }
    self.facts = facts
    self.license = license
    self.gating = gating
    self.origin = origin
  }

  /// The total size of all files in bytes; nil if it exceeds 2^53.
  package var size: Int? {
    var total = 0
    for file in files {
      guard total <= 1 << 53, file.size <= 1 << 53 else { return nil }
      total += file.size
    }
    return total
  }

  /// The first missing part of a split file; nil if no part is missing.
  package var missingPart: String? {
    let paths = Set(files.map(\.path))
    for path in paths.sorted() {
      if let missing = SplitName(ofAny: path)?.parts.first(where: { !paths.contains($0) }) {
        return missing
      }
    }
    return nil
  }

  /// Whether the header of a weights file could not be read, so that the weights are not known.
  package var hasUnreadWeights: Bool {
    let endings = [".safetensors", ".gguf", "vnd.ollama.image.model"]
    let hasHeads = files.contains { file in endings.contains { file.path.hasSuffix($0) } }
    return hasHeads && facts?.weights == nil
  }

  /// The size of the weights in bytes.
  package var weightBytes: Int? {
    var weights = self
    weights.files = files.filter(\.isWeight)
    return weights.files.isEmpty ? nil : weights.size
  }
}

/// A file of a model.
package struct LockedFile: Sendable, Equatable {
  /// The path in the repository; for Ollama, the media type of the layer.
  package var path: String
  /// The size in bytes.
  package var size: Int
  /// The SHA-256 of the content, 64 hexadecimal digits.
  package var sha256: String

  package init(path: String, size: Int, sha256: String) {
    self.path = path
    self.size = size
    self.sha256 = sha256
  }

  /// Checks whether a text is a safe relative path: valid on every machine, without empty parts,
  /// `.` or `..`.
  package static func isPath(_ text: String) -> Bool {
    unsafe text.withBytes { unsafe isPath($0) }
  }

  private static func isPath(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var (parts, length, dots) = (1, 0, 0)
    for index in text.indices {
      let byte = unsafe text[index]
      if byte == UInt8(ascii: "/") {
        // Rejects `.` and `..`.
        guard length > dots || length > 2 else { return false }
        (parts, length, dots) = (parts + 1, 0, 0)
        continue
      }
      guard 0x20...0x7E ~= byte, byte != 0x5C, byte != 0x22 else { return false }
      length += 1
      if byte == UInt8(ascii: ".") { dots += 1 }
      guard length <= 200 else { return false }
    }
    return (length > dots || length > 2) && parts <= 16 && text.count <= 512
  }

  /// Whether the file contains weights.
  var isWeight: Bool {
    [".safetensors", ".gguf", ".bin", ".pt", ".pth"].contains(where: path.hasSuffix)
      || path.hasPrefix("application/vnd.ollama.image.model")
  }
}

/// An image with its digest.
package struct LockedImage: Sendable, Equatable {
  /// The digest of the index, or of the manifest if the image is for one platform: `sha256:` and 64
  /// digits.
  package var digest: String
  /// The digest of each platform's manifest, by names such as `linux/amd64`; empty without an
  /// index.
  package var platforms: [String: String]

  /// Creates an entry from checked digests.
  package init(digest: String, platforms: [String: String]) {
    self.digest = digest
    self.platforms = platforms
  }
}
