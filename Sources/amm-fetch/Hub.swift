import Host
import Locks
import Models
import Text
import Values

/// The Hugging Face hub, or what `HF_ENDPOINT` names in its place (huggingface_hub 1.0, constants.py).
struct Hub {
  let web: Web
  /// Without a slash at its end.
  let endpoint: String
  /// The user's token; nil where there is none, or it would go over an open line.
  private let token: String?

  /// Bytes of an answer of the API: a repository of twenty thousand files has less.
  private static let answerLimit = 32 << 20
  /// Bytes of a small file: the largest tokenizers that Git itself keeps have less.
  private static let smallLimit = 32 << 20

  /// - Throws: For an endpoint that is no address.
  init(_ web: Web) throws(WebError) {
    self.web = web
    var address = Terminal.variable("HF_ENDPOINT") ?? ""
    while address.hasSuffix("/") { address.removeLast() }
    endpoint = address.isEmpty ? "https://huggingface.co" : address
    guard LockedModel.isOrigin(endpoint) else {
      throw WebError(.wrong, "'HF_ENDPOINT' is no address of a hub", help: "write 'https://HOST'")
    }
    token = HubToken.found.flatMap { HubToken.isSafe(for: address) ? $0 : nil }
  }

  /// A model as a lock has it.
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
        help: "its author may still be uploading; lock it later, or name another repository")
    }
    var facts = ModelFacts { small[$0] }
    // Of weights in fewer bits, several may be counted as one.
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

  /// Whether a small file says what the model is, or which files it is made of.
  private static func isRead(_ path: String) -> Bool {
    ModelFacts.smallFiles.contains(path) || path == "model.safetensors.index.json"
      || path == "pytorch_model.bin.index.json"
  }

  /// A part of the weights that an index, or other parts by their names, tell of and that is not there.
  private static func missing(
    among files: [HubRepository.File], _ index: [UInt8]?
  ) -> String? {
    let paths = Set(files.map(\.path))
    // Weights in one file need no index, and are there beside one that is old.
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

  /// Why a repository has nothing that a server loads.
  private func nothingNeeded(
    of repository: HubRepository, _ id: String, _ pick: ModelName.Pick?
  ) throws(WebError) -> WebError {
    func file(_ path: String) -> HubRepository.File? { repository.files.first { $0.path == path } }
    if file("model_index.json") != nil {
      return WebError(
        .missing,
        "'\(id)' is a pipeline of diffusers: it makes images, and no runtime here serves it")
    }
    guard let adapter = file("adapter_config.json") else {
      return WebError(
        .missing, "'\(id)' has no \(pick == nil ? "weights that servers load" : "such GGUF file")",
        help: Self.choices(of: repository.files))
    }
    let base = JSONValue(parsing: try content(of: adapter, id, repository.commit))?[
      "base_model_name_or_path"]?.word
    return WebError(
      .missing, "'\(id)' is an adapter, and no model by itself",
      help:
        "add \(base.map { "'\($0)', the model" } ?? "the model") that it belongs to, and name it there"
    )
  }

  private func repository(_ id: String, _ revision: String) throws(WebError) -> HubRepository {
    let url = "\(endpoint)/api/models/\(id)/revision/\(Self.escaped(revision, "/"))?blobs=true"
    let answer = try web.answer(request(url, limit: Self.answerLimit))
    if answer.status == 401, answer.headers["x-error-message"]?.contains("credentials") == true {
      throw WebError(
        .refused, "\(endpoint) does not know the token that is sent",
        help: "'hf auth login' keeps a new one; HF_TOKEN goes before it")
    }
    if answer.status == 401 || answer.status == 404 {
      let isRevision = answer.headers["x-error-code"] == "RevisionNotFound"
      throw WebError(
        .missing,
        isRevision
          ? "'\(id)' has no revision '\(revision)' on \(endpoint)"
          : "there is no model '\(id)' on \(endpoint), or it is private",
        help: isRevision
          ? "name a branch, a tag or a commit of it"
          : token == nil
            ? "look at its name; for a private one 'hf auth login' keeps a token"
            : "look at its name, and whether the account of the token may see it")
    }
    try Web.require(answer, url)
    guard let repository = HubRepository(answer.body) else {
      throw WebError(
        .wrong, "\(endpoint) answers with something else than a model",
        help: "a proxy or a login page may stand in between")
    }
    return repository
  }

  /// A small file, checked against the hash that the hub has for it.
  private func content(
    of file: HubRepository.File, _ id: String, _ commit: String
  ) throws(WebError) -> [UInt8] {
    guard file.size <= Self.smallLimit else {
      throw WebError(.wrong, "'\(file.path)' has \(file.size) bytes, and no SHA-256 on the hub")
    }
    let url = address(of: file.path, id, commit)
    let answer = try web.answer(request(url, limit: file.size))
    try Web.require(answer, url)
    let isRight =
      file.sha256.map { ContentHash.sha256(answer.body) == $0 }
      ?? file.blob.map { ContentHash.gitBlob(answer.body) == $0 } ?? true
    guard answer.body.count == file.size, isRight else {
      throw WebError(.wrong, "'\(file.path)' of '\(id)' is not what the hub says it is")
    }
    return answer.body
  }

  /// The address of a file at a commit.
  func address(of path: String, _ id: String, _ commit: String) -> String {
    "\(endpoint)/\(id)/resolve/\(commit)/\(Self.escaped(path, ""))"
  }

  /// A request with the user's token.
  func request(_ url: String, limit: Int) -> WebRequest {
    WebRequest(url: url, authorization: token.map { "Bearer " + $0 }, limit: limit)
  }

  /// A refusal with what would help.
  func gated(_ id: String) -> WebError {
    WebError(
      .gated, "'\(id)' is given only to accounts that accepted its terms",
      help: token != nil
        ? "open \(endpoint)/\(id) with the token's account, and accept them"
        : "accept them at \(endpoint)/\(id), and keep a token with 'hf auth login'")
  }

  private static func choices(of files: [HubRepository.File]) -> String {
    let names = files.map(\.path).filter { $0.hasSuffix(".gguf") && !$0.contains("mmproj") }
    guard !names.isEmpty else {
      return "it has no GGUF files at all; look for a repository with them"
    }
    let shown = names.prefix(8).joined(separator: ", ")
    return "it has GGUF files, of which one is named by its quantization or its name: \(shown)"
      + (names.count > 8 ? ", and \(names.count - 8) more" : "")
  }

  /// A text as a part of an address; slashes stay but for those that are listed.
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

/// The token that the hub knows the user by: read from where its own programs keep it, never from the
/// command line (huggingface_hub 1.0, utils/_auth.py).
enum HubToken {
  /// Nil where there is none.
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

  /// One line of visible characters: it becomes part of a header.
  private static func cleaned(_ text: String) -> String? {
    let token = text.filter { !$0.isWhitespace }
    return !token.isEmpty && token.utf8.allSatisfy { 0x21...0x7E ~= $0 } ? token : nil
  }

  /// Whether nobody on the way can read it: an encrypted line, or this machine.
  static func isSafe(for endpoint: String) -> Bool {
    guard endpoint.hasPrefix("http://") else { return true }
    return WebRequest.isOwn(endpoint)
  }
}
