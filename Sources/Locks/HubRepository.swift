import Models
import Text
import Values

/// A repository at a revision, as described by the hub's API
/// (`/api/models/ID/revision/REV?blobs=true`; huggingface_hub 1.0, hf_api.py, ModelInfo).
package struct HubRepository: Sendable, Equatable {
  /// The commit of the revision.
  package let commit: String
  /// The files, sorted by path; files with an unsafe path are omitted.
  package let files: [File]
  /// Who can download it.
  package let gating: LockedModel.Gating
  /// The number of parameters in the safetensors files, as counted by the hub; nil if not counted.
  package let parameters: Int?
  /// The licence, as named on the hub; nil if the author gives none.
  package let license: String?

  /// A file, as described by the hub.
  package struct File: Sendable, Equatable {
    /// The path in the repository.
    package let path: String
    /// The size in bytes.
    package let size: Int
    /// The SHA-256 of the content; nil for a file that is stored in Git, which uses another hash.
    package let sha256: String?
    /// Git's hash of a file: the SHA-1 of `blob SIZE\0` and the content.
    package let blob: String?
  }

  /// Parses an answer of the API; nil if it is invalid.
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
    // An unknown value is treated as restricted.
    default: gating = .restricted
    }
    parameters = value["safetensors"]?["total"]?.wholeNumber.flatMap { $0 > 0 ? $0 : nil }
    let named = value["cardData"]?["license"]
    license = (named?.text ?? named?[0]?.text).flatMap { LockedModel.isLicense($0) ? $0 : nil }
    let all = siblings.map(File.init)
    // If a weights file is invalid, the entire answer is rejected.
    guard zip(siblings, all).allSatisfy({ $1 != nil || !Self.isWeight($0) }) else { return nil }
    files = all.compactMap { $0 }.sorted { $0.path < $1.path }
  }

  private static func isWeight(_ value: JSONValue) -> Bool {
    let path = value["rfilename"]?.text ?? ""
    return [".safetensors", ".gguf", ".bin"].contains { path.hasSuffix($0) }
  }

  /// The largest number of files; the largest models have a few hundred.
  private static let limit = 20_000
}

extension HubRepository.File {
  /// Checks whether this is a weights file whose header describes the model: a safetensors file at
  /// the top of a repository, or a GGUF file that is not an image encoder.
  package func isWeightOfText(in pick: ModelName.Pick?) -> Bool {
    pick == nil ? path.hasSuffix(".safetensors") && !path.contains("/") : !isProjector
  }

  /// Whether this is an image encoder, separate from the model (llama.cpp, common/download.cpp).
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

// MARK: Needed files

extension HubRepository {
  /// Returns the files that a server loads.
  ///
  /// Without a pick, these are the safetensors files at the top of the repository, or else PyTorch
  /// weights, and all small files for configuration, tokenizers and code (vLLM, weight_utils.py;
  /// transformers, utils/hub.py).
  ///
  /// - Returns: Nil if the picked file does not exist, or if there are no weights.
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

  /// The image encoder that llama.cpp loads with a model; 16-bit encoders are preferred.
  private var projector: File? {
    let all = files.filter(\.isProjector)
    return all.first { Self.has("f16", in: $0.path.lowercased().dropLast(5)) } ?? all.first
  }

  /// Returns the picked GGUF file, or its first part.
  private func first(_ pick: ModelName.Pick) -> File? {
    switch pick {
    case .file(let name): return files.first { $0.path == name }
    case .quantization(let word):
      // Only whole words match: Q4_K does not match Q4_K_M, and Q4_XS does not match IQ4_XS
      // (llama.cpp, common/download.cpp).
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

  /// Checks whether a name contains a word that is surrounded by separators.
  private static func has(_ word: String, in name: Substring) -> Bool {
    name.ranges(of: word).contains { range in
      let before =
        range.lowerBound > name.startIndex ? name[name.index(before: range.lowerBound)] : "-"
      let after = range.upperBound < name.endIndex ? name[range.upperBound] : "-"
      return "-./".contains(before) && "-./".contains(after)
    }
  }

  /// Returns all existing parts of a split file.
  private func parts(of first: File) -> [File] {
    guard let names = SplitName(first.path)?.parts else { return [first] }
    return files.filter { names.contains($0.path) }
  }

  private var wholeWeights: Set<String> {
    let names = files.map(\.path).filter { !$0.contains("/") }
    let safetensors = names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter_") }
    // Mistral's repositories contain the same weights twice.
    let others = safetensors.filter { !$0.hasPrefix("consolidated") }
    if !others.isEmpty { return Set(others) }
    if !safetensors.isEmpty { return Set(safetensors) }
    return Set(names.filter { $0.hasPrefix("pytorch_model") && $0.hasSuffix(".bin") })
  }

  /// Checks whether a file contains weights of a sentence-transformers module, such as
  /// `2_Dense/model.safetensors`.
  private static func isOfModule(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count == 2 && parts[0].dropFirst().hasPrefix("_")
      && parts[0].utf8.first?.isASCIIDigit == true && parts[1] == "model.safetensors"
  }

  /// Checks whether a file is a small file of the model, and not a copy for another program.
  private func isSmall(_ path: String) -> Bool {
    let folders = path.split(separator: "/").dropLast()
    guard folders.count <= 1,
      !["onnx", "openvino", "original", "gguf"].contains(folders.first ?? "")
    else { return false }
    let endings = [".json", ".txt", ".model", ".jinja", ".py", ".tiktoken", ".yaml", ".vocab"]
    return endings.contains(where: path.hasSuffix)
  }
}
