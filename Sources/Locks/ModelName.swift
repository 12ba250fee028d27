import Text

/// A model as a lock names it: what a profile asks for, before anybody knows which commit that is.
package enum ModelName: Sendable, Hashable {
  /// A repository of the Hugging Face hub.
  ///
  /// - revision: A branch, tag or commit; nil for the main branch.
  /// - pick: Which of its files; nil for those that a server of whole repositories loads.
  case hub(id: String, revision: String?, pick: Pick?)
  /// A model of Ollama's library, or of another registry that it pulls from.
  case ollama(String)

  /// One GGUF file of several.
  package enum Pick: Sendable, Hashable {
    /// By its name in the repository.
    case file(String)
    /// By the way its weights are stored, such as `Q4_K_M`.
    case quantization(String)
  }

  /// The key of its entry: `huggingface:ORG/NAME@REVISION#QUANTIZATION`, `…#file=NAME`, `ollama:NAME:TAG`.
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

  /// The model of an entry's key; nil for a text that is none.
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

  /// Whether a text is `ORGANISATION/NAME`, or a name alone, as the hub has them (huggingface_hub,
  /// utils/_validators.py).
  package static func isID(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { part in
        isName(part, also: "._-") && part.utf8.count <= 96 && !part.contains("..")
          && !part.contains("--")
      }
  }

  /// The folder of a repository in a cache of the hub's: `models--ORG--NAME` (huggingface_hub 1.0,
  /// file_download.py, repo_folder_name).
  package static func cacheFolder(of id: String) -> String {
    "models--" + id.replacing("/", with: "--")
  }

  /// Whether a text can be a branch, a tag or a commit.
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
  /// What follows a beginning; nil where a text does not begin so.
  func after(_ start: String) -> String? {
    hasPrefix(start) ? String(dropFirst(start.count)) : nil
  }

  /// Whether it is a SHA-256: 64 hexadecimal digits with small letters.
  package var isSHA256: Bool {
    unsafe withBytes { bytes in
      unsafe bytes.count == 64 && bytes.allSatisfy { $0.isLowercaseHexDigit }
    }
  }
}
