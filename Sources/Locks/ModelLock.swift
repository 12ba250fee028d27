package import Deployments
package import Models
import Text

/// What `models.lock.json` says: which commit, files and images the names of a workspace mean.
///
/// A claim of whoever writes the workspace, until somebody asked the hub.
package struct ModelLock: Sendable, Equatable {
  /// By what profiles ask for.
  package var models: [ModelName: LockedModel] = [:]
  /// By the image's name and tag, as it is deployed without a lock.
  package var images: [String: LockedImage] = [:]

  package init() {}

  /// The name of the file, beside `instances.yaml`.
  package static let fileName = "models.lock.json"
  /// Bytes of the largest that is read: some thousand models.
  package static let limit = 32 << 20

  /// An image with the digest that is locked for it; nil where none is, or the image has one of its own.
  package func pinned(_ image: ImageReference) -> ImageReference? {
    guard image.digest == nil, let locked = images[image.text] else { return nil }
    return ImageReference("\(image.text)@\(locked.digest)")
  }
}

/// A model at one commit.
package struct LockedModel: Sendable, Equatable {
  /// The hub's commit; for Ollama the manifest's SHA-256.
  package var commit: String
  /// Those that a server needs, in order of their paths.
  package var files: [LockedFile]
  /// What its files say; nil where they say nothing.
  package var facts: ModelFacts?
  /// By the name that the hub has for it; nil where its author names none.
  package var license: String?
  /// Who may fetch it.
  package var gating: Gating
  /// Where it was asked for: `https://huggingface.co`.
  package var origin: String

  /// Who may fetch a model.
  package enum Gating: String, Sendable, CaseIterable {
    /// Everybody.
    case open
    /// An account that accepted its terms.
    case automatic
    /// An account that its author let in.
    case manual
    /// An account of its own organisation.
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

  /// Bytes of all files; nil for more than any disk has.
  package var size: Int? {
    var total = 0
    for file in files {
      guard total <= 1 << 53, file.size <= 1 << 53 else { return nil }
      total += file.size
    }
    return total
  }

  /// Parts of files that other parts name, and that are not among its files: the first of them.
  package var missingPart: String? {
    let paths = Set(files.map(\.path))
    for path in paths.sorted() {
      if let missing = SplitName(ofAny: path)?.parts.first(where: { !paths.contains($0) }) {
        return missing
      }
    }
    return nil
  }

  /// Whether a head of its weights could not be read, so that what they hold is not known.
  package var hasUnreadWeights: Bool {
    let endings = [".safetensors", ".gguf", "vnd.ollama.image.model"]
    let hasHeads = files.contains { file in endings.contains { file.path.hasSuffix($0) } }
    return hasHeads && facts?.weights == nil
  }

  /// Bytes of its weights.
  package var weightBytes: Int? {
    var weights = self
    weights.files = files.filter(\.isWeight)
    return weights.files.isEmpty ? nil : weights.size
  }
}

/// A file of a model.
package struct LockedFile: Sendable, Equatable {
  /// Below the repository; for Ollama the kind of the layer.
  package var path: String
  /// Bytes.
  package var size: Int
  /// Of its content, 64 hexadecimal digits.
  package var sha256: String

  package init(path: String, size: Int, sha256: String) {
    self.path = path
    self.size = size
    self.sha256 = sha256
  }

  /// Whether a text is a path below a folder that every machine can have: no part of it is empty or leads
  /// upwards.
  package static func isPath(_ text: String) -> Bool {
    unsafe text.withBytes { unsafe isPath($0) }
  }

  private static func isPath(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var (parts, length, dots) = (1, 0, 0)
    for index in text.indices {
      let byte = unsafe text[index]
      if byte == UInt8(ascii: "/") {
        // `.` and `..` are all dots.
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

  /// Whether it holds numbers of the model and is not about it.
  var isWeight: Bool {
    [".safetensors", ".gguf", ".bin", ".pt", ".pth"].contains(where: path.hasSuffix)
      || path.hasPrefix("application/vnd.ollama.image.model")
  }
}

/// An image at one digest.
package struct LockedImage: Sendable, Equatable {
  /// `sha256:` and 64 digits: of its index, or of its manifest where it is for one platform.
  package var digest: String
  /// The digest of each platform's manifest, by `linux/amd64` and the like; empty without an index.
  package var platforms: [String: String]

  /// By digests that were looked at.
  package init(digest: String, platforms: [String: String]) {
    self.digest = digest
    self.platforms = platforms
  }
}
