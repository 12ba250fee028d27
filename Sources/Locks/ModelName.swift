import Text

/// The name of a model in a lock: what a profile requests, before it is resolved to a commit.
package enum ModelName: Sendable, Hashable {
  /// A repository on the Hugging Face hub.
  ///
  /// - revision: A branch, tag or commit; nil for the main branch.
  /// - pick: The file to use; nil for all files that a server loads from an entire repository.
  case hub(id: String, revision: String?, pick: Pick?)
  /// A model in Ollama's library, or in another registry that Ollama pulls from.
  case ollama(String)

  /// One of several GGUF files.
  package enum Pick: Sendable, Hashable {
    /// The file with the given path in the repository.
    case file(String)
    /// The file with the given quantization, such as `Q4_K_M`.
    case quantization(String)
  }

  /// The key in the lock: `huggingface:ORG/NAME@REVISION#QUANTIZATION`, `…#file=NAME` or
  /// `ollama:NAME:TAG`.
  package var key: String {
    switch self {
    case .hub(let id, let revision, let pick):
      var key = "huggingface:" + id
      if let revision { key += "@" + revision }
      switch pick {
      case .file(let name): key += "#file=" + name
      case .quantization(let word): key += "#" + word
      case nil: break
      }
      return key
    case .ollama(let name): return "ollama:" + name
    }
  }

  /// Parses a key of the lock; nil if it is invalid.
  package init?(key: String) {
    if let name = key.after("ollama:") {
      guard Self.isName(name, also: ":/._-"), !name.contains("//") else { return nil }
      self = .ollama(name)
      return
    }
    guard var rest = key.after("huggingface:")?[...] else { return nil }
    var pick: Pick?
    if let hash = rest.firstIndex(of: "#") {
      let word = String(rest[rest.index(after: hash)...])
      rest = rest[..<hash]
      if let name = word.after("file=") {
        guard LockedFile.isPath(name) else { return nil }
        pick = .file(name)
      } else {
        guard Self.isName(word, also: "._-") else { return nil }
        pick = .quantization(word)
      }
    }
    var revision: String?
    if let at = rest.firstIndex(of: "@") {
      let word = String(rest[rest.index(after: at)...])
      guard Self.isRevision(word) else { return nil }
      revision = word
      rest = rest[..<at]
    }
    let id = String(rest)
    guard Self.isID(id) else { return nil }
    self = .hub(id: id, revision: revision, pick: pick)
  }

  /// Checks whether a text is a hub ID: `ORGANISATION/NAME` or only a name (huggingface_hub,
  /// utils/_validators.py).
  package static func isID(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { part in
        isName(part, also: "._-") && part.utf8.count <= 96 && !part.contains("..")
          && !part.contains("--")
      }
  }

  /// Returns the folder of a repository in a hub cache: `models--ORG--NAME` (huggingface_hub 1.0,
  /// file_download.py, repo_folder_name).
  package static func cacheFolder(of id: String) -> String {
    "models--" + id.replacing("/", with: "--")
  }

  /// Checks whether a text is a possible branch, tag or commit.
  package static func isRevision(_ text: String) -> Bool {
    isName(text, also: "._-/") && !text.contains("//") && !text.contains("..")
      && !text.hasSuffix("/") && text.utf8.count <= 200
  }

  private static func isName(_ text: String, also more: String) -> Bool {
    guard let first = text.utf8.first, first.isASCIIWord, text.utf8.count <= 250 else {
      return false
    }
    return text.utf8.allSatisfy { $0.isASCIIAlphanumeric || more.utf8.contains($0) }
  }
}

extension String {
  /// Returns the text after a prefix; nil if the text does not have that prefix.
  func after(_ start: String) -> String? {
    hasPrefix(start) ? String(dropFirst(start.count)) : nil
  }

  /// Whether the text is a SHA-256: 64 lower-case hexadecimal digits.
  package var isSHA256: Bool {
    unsafe withBytes { bytes in
      unsafe bytes.count == 64 && bytes.allSatisfy { $0.isLowercaseHexDigit }
    }
  }
}
