import Host
import Locks
import Models
import Text
import Values

/// The Hugging Face hub, or the one in `HF_ENDPOINT` (huggingface_hub 1.0, constants.py).
struct Hub {
  let web: Web
  /// The URL without a trailing slash.
  let endpoint: String
  /// The user's token; nil if there is none, or if it would be sent over an unencrypted connection.
  private let token: String?

  /// The largest answer of the API in bytes; a repository with 20,000 files needs less.
  private static let answerLimit = 32 << 20
  /// The largest small file in bytes; the largest tokenizers that are stored in Git are smaller.
  private static let smallLimit = 32 << 20

  /// Reads the endpoint and the token from the environment.
  ///
  /// - Throws: If the endpoint is not a URL.
  init(_ web: Web) throws(WebError) {
    self.web = web
    var address = Terminal.variable("HF_ENDPOINT") ?? ""
    while address.hasSuffix("/") { address.removeLast() }
    endpoint = address.isEmpty ? "https://huggingface.co" : address
    guard LockedModel.isOrigin(endpoint) else {
      throw WebError(.wrong, "'HF_ENDPOINT' is not the URL of a hub", help: "write 'https://HOST'")
    }
    token = HubToken.found.flatMap { HubToken.isSafe(for: address) ? $0 : nil }
  }

  /// Returns the lock entry of a model.
  func model(_ id: String, _ revision: String?, _ pick: ModelName.Pick?) throws(WebError)
    -> LockedModel
  {
    let repository = try self.repository(id, revision ?? "main")
    guard let needed = repository.needed(pick) else {
      throw try nothingNeeded(of: repository, id, pick)
    }
    var small: [String: [UInt8]] = [:]
    var files: [LockedFile] = []
    var isRefused = false
    for file in needed {
      var sha256 = file.sha256
      let isWanted = sha256 == nil || (pick == nil && Self.isRead(file.path))
      if isWanted, !isRefused || sha256 == nil {
        do throws(WebError) {
          let bytes = try content(of: file, id, repository.commit)
          small[file.path] = bytes
          sha256 = ContentHash.sha256(bytes)
        } catch  where error.kind == .refused {
          isRefused = true
        }
      }
      if let sha256 {
        files.append(LockedFile(path: file.path, size: file.size, sha256: sha256))
      }
    }
    if isRefused { throw gated(id) }
    let index = small["model.safetensors.index.json"] ?? small["pytorch_model.bin.index.json"]
    if let missing = Self.missing(among: needed, index) {
      throw WebError(
        .missing, "'\(id)' lacks '\(missing)', a part of its weights",
        help: "the author may still be uploading: try again later, or use another repository")
    }
    var facts = ModelFacts { small[$0] }
    // The hub's count is wrong for quantized weights, because it can count several weights as one.
    if pick == nil, facts?.quantization == nil { facts?.parameters = repository.parameters }
    do throws(WebError) {
      let heads = WeightHeads(web: web)
      let weights = needed.filter { $0.isWeightOfText(in: pick) }.map { file in
        WeightHeads.File(
          request: request(address(of: file.path, id, repository.commit), limit: 0),
          size: file.size)
      }
      if pick != nil {
        facts = try heads.facts(ofGGUF: weights)
      } else if facts != nil {
        facts?.weights = try heads.weights(ofSafetensors: weights)
      }
    } catch  where error.kind == .refused {
      throw gated(id)
    }
    return LockedModel(
      commit: repository.commit, files: files, facts: facts, license: repository.license,
      gating: repository.gating, origin: endpoint)
  }

  /// Checks whether a small file describes the model or lists its files.
  private static func isRead(_ path: String) -> Bool {
    ModelFacts.smallFiles.contains(path) || path == "model.safetensors.index.json"
      || path == "pytorch_model.bin.index.json"
  }

  /// Returns a missing part of the weights, according to the index or to the names of other parts.
  private static func missing(
    among files: [HubRepository.File], _ index: [UInt8]?
  ) -> String? {
    let paths = Set(files.map(\.path))
    // Weights in a single file need no index; an index next to them is outdated.
    if paths.contains("model.safetensors") || paths.contains("pytorch_model.bin") { return nil }
    let isUsed = paths.contains { path in
      (path.hasSuffix(".safetensors") && !path.hasPrefix("consolidated"))
        || path.hasPrefix("pytorch_model")
    }
    if isUsed, let named = index.flatMap(SafetensorsIndex.init)?.files {
      return named.first { !paths.contains($0) }
    }
    return paths.sorted().lazy.compactMap { path in
      SplitName(ofAny: path)?.parts.first { !paths.contains($0) }
    }.first
  }

  /// Returns the reason why a repository has no files that a server loads.
  private func nothingNeeded(
    of repository: HubRepository, _ id: String, _ pick: ModelName.Pick?
  ) throws(WebError) -> WebError {
    func file(_ path: String) -> HubRepository.File? { repository.files.first { $0.path == path } }
    if file("model_index.json") != nil {
      return WebError(
        .missing,
        "'\(id)' is a diffusers pipeline, which generates images: no runtime in amm serves it")
    }
    guard let adapter = file("adapter_config.json") else {
      return WebError(
        .missing,
        "'\(id)' has no \(pick == nil ? "weights that a server can load" : "matching GGUF file")",
        help: Self.choices(of: repository.files))
    }
    let base = JSONValue(parsing: try content(of: adapter, id, repository.commit))?[
      "base_model_name_or_path"]?.word
    return WebError(
      .missing, "'\(id)' is an adapter, which needs a base model",
      help:
        "add the base model\(base.map { " '\($0)'" } ?? ""), and list the adapter in its profile"
    )
  }

  private func repository(_ id: String, _ revision: String) throws(WebError) -> HubRepository {
    let url = "\(endpoint)/api/models/\(id)/revision/\(Self.escaped(revision, "/"))?blobs=true"
    let answer = try web.answer(request(url, limit: Self.answerLimit))
    if answer.status == 401, answer.headers["x-error-message"]?.contains("credentials") == true {
      throw WebError(
        .refused, "\(endpoint) rejects the token",
        help: "run 'hf auth login' to store a new one; HF_TOKEN overrides it")
    }
    if answer.status == 401 || answer.status == 404 {
      let isRevision = answer.headers["x-error-code"] == "RevisionNotFound"
      throw WebError(
        .missing,
        isRevision
          ? "'\(id)' has no revision '\(revision)' on \(endpoint)"
          : "there is no model '\(id)' on \(endpoint), or it is private",
        help: isRevision
          ? "write a branch, a tag or a commit of the model"
          : token == nil
            ? "check the name; for a private model, run 'hf auth login'"
            : "check the name, and whether the token's account has access")
    }
    try Web.require(answer, url)
    guard let repository = HubRepository(answer.body) else {
      throw WebError(
        .wrong, "the answer of \(endpoint) does not describe a model",
        help: "check whether a proxy or a login page answers instead of the hub")
    }
    return repository
  }

  /// Downloads a small file and compares it with the hub's hash.
  private func content(
    of file: HubRepository.File, _ id: String, _ commit: String
  ) throws(WebError) -> [UInt8] {
    guard file.size <= Self.smallLimit else {
      throw WebError(.wrong, "'\(file.path)' has \(file.size) bytes but no SHA-256 on the hub")
    }
    let url = address(of: file.path, id, commit)
    let answer = try web.answer(request(url, limit: file.size))
    try Web.require(answer, url)
    let isRight =
      file.sha256.map { ContentHash.sha256(answer.body) == $0 }
      ?? file.blob.map { ContentHash.gitBlob(answer.body) == $0 } ?? true
    guard answer.body.count == file.size, isRight else {
      throw WebError(.wrong, "'\(file.path)' of '\(id)' does not match its size or hash on the hub")
    }
    return answer.body
  }

  /// Returns the URL of a file at a commit.
  func address(of path: String, _ id: String, _ commit: String) -> String {
    "\(endpoint)/\(id)/resolve/\(commit)/\(Self.escaped(path, ""))"
  }

  /// Returns a request with the user's token.
  func request(_ url: String, limit: Int) -> WebRequest {
    WebRequest(url: url, authorization: token.map { "Bearer " + $0 }, limit: limit)
  }

  /// Returns an error for a gated model, with a fix.
  func gated(_ id: String) -> WebError {
    WebError(
      .gated, "'\(id)' is only available to accounts that accepted its terms",
      help: token != nil
        ? "accept them at \(endpoint)/\(id) with the token's account"
        : "accept them at \(endpoint)/\(id), then run 'hf auth login'")
  }

  private static func choices(of files: [HubRepository.File]) -> String {
    let names = files.map(\.path).filter { $0.hasSuffix(".gguf") && !$0.contains("mmproj") }
    guard !names.isEmpty else {
      return "the repository has no GGUF files: use another repository"
    }
    let shown = names.prefix(8).joined(separator: ", ")
    return "select a GGUF file by its quantization or its name: \(shown)"
      + (names.count > 8 ? ", and \(names.count - 8) more" : "")
  }

  /// Escapes a text for a URL path; slashes are kept unless `also` lists them.
  private static func escaped(_ text: String, _ also: String) -> String {
    var out = ""
    for byte in text.utf8 {
      let isPlain = byte.isASCIIAlphanumeric || "-._~/".utf8.contains(byte)
      if isPlain, !also.utf8.contains(byte) {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        out += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return out
  }
}

/// The user's hub token, read from where the hub's own programs store it, and never from the
/// command line (huggingface_hub 1.0, utils/_auth.py).
enum HubToken {
  /// The token; nil if there is none.
  static var found: String? {
    let isOff = Terminal.variable("HF_HUB_DISABLE_IMPLICIT_TOKEN")?.uppercased() ?? ""
    if ["1", "ON", "YES", "TRUE"].contains(isOff) { return nil }
    for name in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
      if let token = Terminal.variable(name).flatMap(cleaned) { return token }
    }
    return path.flatMap { (try? Files.read($0, limit: 4096)) ?? nil }
      .flatMap { cleaned(String(decoding: $0, as: UTF8.self)) }
  }

  private static var path: String? {
    if let path = Terminal.variable("HF_TOKEN_PATH") { return path }
    if let home = Terminal.variable("HF_HOME") { return home + "/token" }
    let cache =
      Terminal.variable("XDG_CACHE_HOME") ?? Terminal.variable("HOME").map { $0 + "/.cache" }
    return cache.map { $0 + "/huggingface/token" }
  }

  /// Removes whitespace and rejects other invisible characters, because the token is part of a
  /// header.
  private static func cleaned(_ text: String) -> String? {
    let token = text.filter { !$0.isWhitespace }
    return !token.isEmpty && token.utf8.allSatisfy { 0x21...0x7E ~= $0 } ? token : nil
  }

  /// Checks whether the token can be sent safely: encrypted, or to this machine.
  static func isSafe(for endpoint: String) -> Bool {
    guard endpoint.hasPrefix("http://") else { return true }
    return WebRequest.isOwn(endpoint)
  }
}
