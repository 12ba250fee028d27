import Models
import Text
import Values

/// What the hub's API says of a repository at a revision (`/api/models/ID/revision/REV?blobs=true`;
/// huggingface_hub 1.0, hf_api.py, ModelInfo).
package struct HubRepository: Sendable, Equatable {
  /// The commit that the revision means.
  package let commit: String
  /// Its files, in order of their paths; those with a path that no machine should have are left out.
  package let files: [File]
  /// Who may fetch it.
  package let gating: LockedModel.Gating
  /// How many numbers its safetensors hold, as the hub counted them; nil where it did not.
  package let parameters: Int?
  /// By the hub's word; nil where its author names none.
  package let license: String?

  /// A file as the hub describes it.
  package struct File: Sendable, Equatable {
    /// Below the repository.
    package let path: String
    /// Bytes.
    package let size: Int
    /// Of its content; nil where Git itself keeps it, whose hash is another one.
    package let sha256: String?
    /// The hash that Git has for a file that it keeps: SHA-1 of `blob SIZE\0` and the content.
    package let blob: String?
  }

  /// - Returns: Nil for an answer that is none.
  package init?(_ bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes), let commit = value["sha"]?.text, commit.isCommit,
      let siblings = value["siblings"]?.list, siblings.count <= Self.limit
    else { return nil }
    self.commit = commit
    switch value["gated"] {
    case .text("auto"): gating = .automatic
    case .text("manual"), .boolean(true): gating = .manual
    case nil, .null, .boolean(false):
      gating = value["private"]?.boolean == true ? .restricted : .open
    // A word that is new is no open door.
    default: gating = .restricted
    }
    parameters = value["safetensors"]?["total"]?.wholeNumber.flatMap { $0 > 0 ? $0 : nil }
    let named = value["cardData"]?["license"]
    license = (named?.text ?? named?[0]?.text).flatMap { LockedModel.isLicense($0) ? $0 : nil }
    let all = siblings.map(File.init)
    // A part that nobody can have is no reason to lock the others.
    guard zip(siblings, all).allSatisfy({ $1 != nil || !Self.isWeight($0) }) else { return nil }
    files = all.compactMap { $0 }.sorted { $0.path < $1.path }
  }

  private static func isWeight(_ value: JSONValue) -> Bool {
    let path = value["rfilename"]?.text ?? ""
    return [".safetensors", ".gguf", ".bin"].contains { path.hasSuffix($0) }
  }

  /// Files of a repository that are looked at: those of the largest models are some hundreds.
  private static let limit = 20_000
}

extension HubRepository.File {
  /// Whether it is of the weights whose head tells of the model: safetensors at the top of a repository,
  /// GGUF files but for the encoder of images.
  package func isWeightOfText(in pick: ModelName.Pick?) -> Bool {
    pick == nil ? path.hasSuffix(".safetensors") && !path.contains("/") : !isProjector
  }

  /// Whether it is an encoder of images that goes beside a model (llama.cpp, common/download.cpp).
  fileprivate var isProjector: Bool {
    path.lowercased().hasSuffix(".gguf") && path.lowercased().contains("mmproj")
  }

  fileprivate init?(_ value: JSONValue) {
    guard let path = value["rfilename"]?.text, LockedFile.isPath(path),
      let size = (value["lfs"]?["size"] ?? value["size"])?.integer, (0...1 << 53).contains(size)
    else { return nil }
    self.path = path
    self.size = size
    sha256 = value["lfs"]?["sha256"]?.text.flatMap { $0.isSHA256 ? $0 : nil }
    blob = value["blobId"]?.text.flatMap { $0.isCommit ? $0 : nil }
  }
}

// MARK: What a server needs

extension HubRepository {
  /// The files that a server loads.
  ///
  /// Of a whole repository: safetensors at its top, else PyTorch's own weights, and all small files that
  /// configurations, tokenizers and code are made of (vLLM, weight_utils.py; transformers, utils/hub.py).
  ///
  /// - Returns: Nil where the file that is picked is not there, or there are no weights at all.
  package func needed(_ pick: ModelName.Pick?) -> [File]? {
    guard let pick else {
      let weights = wholeWeights
      guard !weights.isEmpty else { return nil }
      return files.filter {
        weights.contains($0.path) || isSmall($0.path) || Self.isOfModule($0.path)
      }
    }
    guard let first = first(pick) else { return nil }
    return parts(of: first) + (projector.map { [$0] } ?? [])
  }

  /// The encoder of images that llama.cpp loads beside a model, of several that of 16 bits.
  private var projector: File? {
    let all = files.filter(\.isProjector)
    return all.first { Self.has("f16", in: $0.path.lowercased().dropLast(5)) } ?? all.first
  }

  /// The GGUF file that is meant, or its first part.
  private func first(_ pick: ModelName.Pick) -> File? {
    switch pick {
    case .file(let name): return files.first { $0.path == name }
    case .quantization(let word):
      // As whole words: Q4_K is no Q4_K_M, and IQ4_XS no Q4_XS (llama.cpp, common/download.cpp).
      let wanted = word.lowercased()
      return files.first { file in
        let name = file.path.lowercased()
        guard name.hasSuffix(".gguf"), !name.contains("mmproj"), !name.contains("imatrix") else {
          return false
        }
        return Self.has(wanted, in: name.dropLast(5))
      }
    }
  }

  /// Whether a word stands in a name, with nothing but separators around it.
  private static func has(_ word: String, in name: Substring) -> Bool {
    name.ranges(of: word).contains { range in
      let before =
        range.lowerBound > name.startIndex ? name[name.index(before: range.lowerBound)] : "-"
      let after = range.upperBound < name.endIndex ? name[range.upperBound] : "-"
      return "-./".contains(before) && "-./".contains(after)
    }
  }

  /// All parts of a file that is split, as far as they are there.
  private func parts(of first: File) -> [File] {
    guard let names = SplitName(first.path)?.parts else { return [first] }
    return files.filter { names.contains($0.path) }
  }

  private var wholeWeights: Set<String> {
    let names = files.map(\.path).filter { !$0.contains("/") }
    let safetensors = names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter_") }
    // Mistral's repositories hold the same weights twice.
    let others = safetensors.filter { !$0.hasPrefix("consolidated") }
    if !others.isEmpty { return Set(others) }
    if !safetensors.isEmpty { return Set(safetensors) }
    return Set(names.filter { $0.hasPrefix("pytorch_model") && $0.hasSuffix(".bin") })
  }

  /// Whether a file holds weights of a module of sentence-transformers: `2_Dense/model.safetensors`.
  private static func isOfModule(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count == 2 && parts[0].dropFirst().hasPrefix("_")
      && parts[0].utf8.first?.isASCIIDigit == true && parts[1] == "model.safetensors"
  }

  /// Whether a file is about the model: of a kind that such files have, and not of another program's copy.
  private func isSmall(_ path: String) -> Bool {
    let folders = path.split(separator: "/").dropLast()
    guard folders.count <= 1,
      !["onnx", "openvino", "original", "gguf"].contains(folders.first ?? "")
    else { return false }
    let endings = [".json", ".txt", ".model", ".jinja", ".py", ".tiktoken", ".yaml", ".vocab"]
    return endings.contains(where: path.hasSuffix)
  }
}
