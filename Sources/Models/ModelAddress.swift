import Text

/// The address of a model, as passed to `amm add`.
package enum ModelAddress: Sendable, Equatable {
  /// The model `organisation/model` on the Hugging Face hub.
  ///
  /// - revision: A branch, tag or commit; nil if not given.
  /// - file: A single file; nil for all files that a server needs.
  /// - quantization: The GGUF file to select, such as `Q4_K_M`; nil if not given.
  case hub(id: String, revision: String? = nil, file: String? = nil, quantization: String? = nil)
  /// A model in Ollama's library, or in another registry that Ollama pulls from.
  case ollama(name: String)
  /// A file or folder on this machine, as written.
  case path(String)
  /// An image in an OCI registry that contains a model.
  case oci(name: String)

  /// A reason why a text is not an address, and the fix.
  package struct Problem: Error, Equatable {
    /// The message, which follows "'TEXT' ".
    package let message: String
    /// The fix.
    package let help: String
  }

  /// Parses an address: one pasted from a browser, `hf.co/…`, `ollama://…`, `oci://…`, a path, or a
  /// hub ID.
  package init(_ written: String) throws(Problem) {
    let text = Self.plain(written)
    if ["/", "./", "../", "~/"].contains(where: text.hasPrefix), text.contains(" ") {
      throw Problem(
        message: "contains a space, which a unit file cannot contain",
        help: "move the model to a path without spaces")
    }
    guard !text.isEmpty, text.utf8.count <= 4096,
      !text.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value == 0x7F })
    else {
      throw Problem(message: "does not name a model", help: Self.examples)
    }
    if let rest = text.after("ollama://") ?? text.after("ollama:") ?? text.after(
      "ollama.com/library/")
      ?? text.after("https://ollama.com/library/")
    {
      // A registry can have a port, and a model can have a tag.
      let places = rest.split(separator: "/", omittingEmptySubsequences: false)
      let isRight = places.enumerated().allSatisfy { index, place in
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        let mayHaveTwo = index == places.count - 1 || (index == 0 && places.count > 2)
        return parts.count <= (mayHaveTwo ? 2 : 1) && parts.allSatisfy { !$0.isEmpty }
      }
      guard Self.isName(rest, also: ":/._-"), isRight else {
        throw Problem(message: "does not name an Ollama model", help: "write 'ollama://NAME:TAG'")
      }
      self = .ollama(name: rest)
    } else if let rest = text.after("oci://") ?? text.after("docker://") {
      self = .oci(name: rest)
    } else if let rest = text.after("file://") {
      self = .path(rest)
    } else if ["/", "./", "../", "~/"].contains(where: text.hasPrefix) || text == "." || text == "~"
    {
      self = .path(text)
    } else if let rest = text.after("https://huggingface.co/") ?? text.after(
      "http://huggingface.co/")
      ?? text.after("huggingface.co/") ?? text.after("https://hf.co/") ?? text.after("hf.co/")
      ?? text.after("hf://")
    {
      self = try Self.page(rest)
    } else if text.contains("://") {
      throw Problem(message: "is not an address that amm supports", help: Self.examples)
    } else if text.lowercased().hasSuffix(".gguf"), text.split(separator: "/").count != 2 {
      self = .path(text)
    } else {
      self = try Self.id(text)
    }
  }

  /// Returns the text without surrounding spaces, and with scheme and host in lower case (RFC 3986,
  /// 6.2.2.1).
  private static func plain(_ written: String) -> String {
    var text = written
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    guard let mark = text.firstRange(of: "://") else {
      // The address can be a host without a scheme.
      let host = text.prefix { $0 != "/" }.lowercased()
      let plain = host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
      return ["huggingface.co", "hf.co", "ollama.com"].contains(plain)
        ? plain + text.dropFirst(host.count) : text
    }
    let rest = text[mark.upperBound...]
    let host = rest.prefix { $0 != "/" }
    let scheme = text[..<mark.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else { return text }
    let plain = host.lowercased()
    let name = plain.hasPrefix("www.") ? String(plain.dropFirst(4)) : plain
    return "\(scheme)://\(name)\(rest.dropFirst(host.count))"
  }

  private static let examples =
    "write an ID such as 'Qwen/Qwen3-8B', a huggingface.co address, 'ollama://NAME:TAG' or a path"

  /// Parses `org/name[@revision][:quantization]`.
  private static func id(_ text: String) throws(Problem) -> ModelAddress {
    var rest = text[...]
    var quantization: String?
    if let colon = rest.lastIndex(of: ":") {
      quantization = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    var revision: String?
    if let at = rest.firstIndex(of: "@") {
      revision = String(rest[rest.index(after: at)...])
      rest = rest[..<at]
    }
    return try hub(String(rest), revision, nil, quantization, as: text)
  }

  /// Parses the part of a hub URL after the host: `org/name`, `org/name/tree/REVISION`,
  /// `org/name/blob/REVISION/FILE`, `org/name:QUANTIZATION`.
  private static func page(_ rest: String) throws(Problem) -> ModelAddress {
    let path = rest.prefix { $0 != "?" && $0 != "#" }
    var parts = path.split(separator: "/").map(String.init)
    // The page can show one of the model's files.
    let query = rest.dropFirst(path.count + 1).prefix { $0 != "#" }.split(separator: "&")
    if parts.count == 2 || (parts.count == 4 && parts[2] == "tree"),
      let shown = query.first(where: { $0.hasPrefix("show_file_info=") })
    {
      let name = Self.decoded(shown.dropFirst(15))
      parts =
        parts.prefix(2) + ["blob", parts.count == 4 ? parts[3] : "main"]
        + name.split(separator: "/").map(String.init)
    }
    guard parts.count > 2 else { return try id(parts.joined(separator: "/")) }
    guard !["datasets", "spaces", "collections", "papers", "docs"].contains(parts[0]) else {
      throw Problem(message: "is not a model page", help: examples)
    }
    // `refs/pr/1` is one name.
    let isLong = parts.count > 5 && parts[3] == "refs"
    let end = isLong ? 6 : 4
    let revision = parts.count >= end ? parts[3..<end].joined(separator: "/") : nil
    let name = parts[0] + "/" + parts[1]
    switch parts[2] {
    case "tree", "commit": return try hub(name, revision, nil, nil, as: rest)
    case "blob" where parts.count > end, "resolve" where parts.count > end:
      let file = parts[end...].joined(separator: "/")
      return try hub(name, revision == "main" ? nil : revision, file, nil, as: rest)
    default: return try hub(name, nil, nil, nil, as: rest)
    }
  }

  /// Decodes percent escapes; invalid escapes remain unchanged.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hub(
    _ id: String, _ revision: String?, _ file: String?, _ quantization: String?, as text: String
  ) throws(Problem) -> ModelAddress {
    let parts = id.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), parts.allSatisfy({ isName($0, also: "._-") }),
      parts.allSatisfy({ $0.utf8.count <= 96 && !$0.hasPrefix(".") && !$0.contains("..") })
    else {
      throw Problem(message: "is not a Hugging Face model ID", help: examples)
    }
    guard parts.count == 2 else {
      throw Problem(
        message: "does not name an organisation",
        help: "write 'ORGANISATION/\(id)', or 'ollama://\(id)' for a model in Ollama's library")
    }
    let words = [(revision, "._-/"), (quantization, "._-")]
    for (word, more) in words
    where word.map({
      !isName($0, also: more) || $0.contains("//") || $0.hasSuffix("/") || $0.contains("..")
    })
      ?? false
    {
      throw Problem(message: "has an invalid revision or quantization", help: examples)
    }
    if let file,
      !file.split(separator: "/").allSatisfy({ isName(String($0), also: "._-+ ") && $0 != ".." })
    {
      throw Problem(message: "has an invalid file name", help: examples)
    }
    return .hub(id: id, revision: revision, file: file, quantization: quantization)
  }

  /// Checks whether a text starts with an ASCII letter, a digit or `_`, and has only ASCII letters,
  /// digits and the characters of `more`.
  private static func isName(_ text: String, also more: String) -> Bool {
    guard let first = text.utf8.first, first.isASCIIAlphanumeric || first == 0x5F else {
      return false
    }
    return text.utf8.allSatisfy { $0.isASCIIAlphanumeric || more.utf8.contains($0) }
  }
}

extension String {
  /// Returns the text after a prefix; nil if the text does not have that prefix.
  fileprivate func after(_ start: String) -> String? {
    hasPrefix(start) ? String(dropFirst(start.count)) : nil
  }
}
