import Deployments
import Host
import Locks
import Models
import Text
import Values

/// Registries of images and of Ollama's models (OCI distribution-spec 1.1; distribution, token.md).
struct Registry {
  let web: Web

  /// Bytes of an index or a manifest: the specification lets a registry refuse larger ones.
  private static let manifestLimit = 4 << 20
  private static let imageTypes = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
  ].joined(separator: ", ")

  /// An image as a lock has it.
  func image(_ image: ImageReference) throws(WebError) -> LockedImage {
    let (host, path) = Self.place(of: image.name)
    let reference = image.digest ?? image.tag ?? "latest"
    let answer = try manifest(of: path, reference, on: host, as: Self.imageTypes, image.text)
    guard let found = RegistryAnswer(answer.body), let hash = ContentHash.sha256(answer.body) else {
      throw WebError(.wrong, "\(host) answers with something else than the image '\(image.text)'")
    }
    let digest = "sha256:" + hash
    if let asked = image.digest, asked != digest {
      throw WebError(.wrong, "\(host) answers with another image than '\(image.text)'")
    }
    if let told = answer.headers["docker-content-digest"], told != digest {
      throw WebError(.wrong, "\(host) answers with another image than it says: '\(image.text)'")
    }
    return LockedImage(digest: digest, platforms: found.platforms)
  }

  /// A model of Ollama's as a lock has it.
  func ollama(_ name: String) throws(WebError) -> LockedModel {
    let (host, path, tag) = Self.ollamaPlace(of: name)
    let type = "application/vnd.docker.distribution.manifest.v2+json"
    let answer = try manifest(of: path, tag, on: host, as: type, name)
    guard let manifest = OllamaManifest(answer.body), let hash = ContentHash.sha256(answer.body)
    else { throw WebError(.wrong, "\(host) answers with something else than the model '\(name)'") }
    var files: [LockedFile] = []
    for layer in manifest.layers {
      // A kind may be there several times.
      let count = files.count {
        $0.path == layer.mediaType || $0.path.hasPrefix(layer.mediaType + "/")
      }
      let place = layer.mediaType + (count == 0 ? "" : "/\(count)")
      guard LockedFile.isPath(place), layer.size <= 1 << 53 else {
        throw WebError(.wrong, "'\(name)' has a part that is none")
      }
      files.append(
        LockedFile(path: place, size: layer.size, sha256: String(layer.digest.dropFirst(7))))
    }
    var facts: ModelFacts?
    if let model = manifest.model {
      let url = "\(Self.scheme(host))\(host)/v2/\(path)/blobs/\(model.digest)"
      facts = try WeightHeads(web: web)
        .facts(ofGGUF: [WeightHeads.File(request: WebRequest(url: url, limit: 0), size: model.size)]
        )
    }
    return LockedModel(
      commit: hash, files: files, facts: facts, license: nil, gating: .open,
      origin: Self.scheme(host) + host)
  }

  // MARK: Asking

  private func manifest(
    of path: String, _ reference: String, on host: String, as types: String, _ name: String
  ) throws(WebError) -> WebAnswer {
    let url = "\(Self.scheme(host))\(host)/v2/\(path)/manifests/\(reference)"
    var request = WebRequest(url: url, accept: types, limit: Self.manifestLimit)
    var answer = try web.answer(request)
    if answer.status == 401, let challenge = answer.headers["www-authenticate"] {
      request.authorization = try authorization(challenge, for: path, on: host)
      if request.authorization != nil { answer = try web.answer(request) }
    }
    switch answer.status {
    case 401, 403:
      throw WebError(
        .refused, "\(host) does not give '\(name)' to this account",
        help: "look at its name; for a private one, 'podman login \(host)'")
    case 404: throw WebError(.missing, "\(host) has no '\(name)'", help: "look at name and tag")
    default: try Web.require(answer, url)
    }
    return answer
  }

  /// What a registry's challenge is answered with: a token of its own, or the account's name and password.
  private func authorization(
    _ challenge: String, for path: String, on host: String
  ) throws(WebError) -> String? {
    let account = RegistryAccount.basic(for: host)
    guard challenge.lowercased().hasPrefix("bearer ") else { return account }
    let parts = Self.parameters(of: challenge)
    guard let realm = parts["realm"],
      realm.hasPrefix("https://") || (Self.isOwn(host) && WebRequest.isOwn(realm))
    else {
      throw WebError(
        .wrong, "\(host) sends its users to an address that is not encrypted, for a token")
    }
    var query = "scope=repository:\(path):pull"
    if let service = parts["service"] { query += "&service=" + service }
    let url = realm + (realm.contains("?") ? "&" : "?") + query
    var request = WebRequest(url: url, limit: 1 << 20)
    request.authorization = account
    let answer = try web.answer(request)
    guard answer.status == 200, let value = JSONValue(parsing: answer.body),
      let token = value["token"]?.text ?? value["access_token"]?.text,
      token.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
    else { return nil }
    return "Bearer " + token
  }

  /// `realm="…",service="…"`.
  private static func parameters(of challenge: String) -> [String: String] {
    var found: [String: String] = [:]
    var rest = challenge.dropFirst(7)
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].filter { !" ,".contains($0) }
      let value = rest[rest.index(after: equals)...]
      guard value.first == "\"", let end = value.dropFirst().firstIndex(of: "\"") else { break }
      let text = String(value[value.index(after: value.startIndex)..<end])
      // It becomes part of an address.
      if text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != 0x22 }) {
        found[name.lowercased()] = text
      }
      rest = value[value.index(after: end)...]
    }
    return found
  }

  // MARK: Places

  /// The host that has an image, and its path there; a name without a host is Docker's.
  static func place(of name: String) -> (host: String, path: String) {
    let slash = name.firstIndex(of: "/") ?? name.startIndex
    let first = name[..<slash]
    let isHost = first.contains(".") || first.contains(":") || first == "localhost"
    let host = isHost ? String(first) : "docker.io"
    let path = isHost ? String(name[name.index(after: slash)...]) : name
    guard ["docker.io", "index.docker.io"].contains(host) else { return (host, path) }
    return ("registry-1.docker.io", path.contains("/") ? path : "library/" + path)
  }

  /// `host/namespace/name:tag`, of which most may be left out (Ollama, types/model/name.go).
  private static func ollamaPlace(of name: String) -> (host: String, path: String, tag: String) {
    var rest = name[...]
    var tag = "latest"
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      tag = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    let parts = rest.split(separator: "/").map(String.init)
    switch parts.count {
    case 1: return ("registry.ollama.ai", "library/" + parts[0], tag)
    case 2: return ("registry.ollama.ai", parts.joined(separator: "/"), tag)
    default: return (parts[0], parts.dropFirst().joined(separator: "/"), tag)
    }
  }

  private static func isOwn(_ host: String) -> Bool {
    WebRequest.isOwn("//" + host)
  }

  /// Of this machine's own registries alone, no encryption is asked.
  private static func scheme(_ host: String) -> String { isOwn(host) ? "http://" : "https://" }
}

/// What `podman login` and `docker login` keep (containers-auth.json(5)).
private enum RegistryAccount {
  /// The value of `Authorization` for a host; nil where nobody logged in there.
  static func basic(for host: String) -> String? {
    let home = Terminal.variable("HOME")
    let places = [
      Terminal.variable("REGISTRY_AUTH_FILE"),
      Terminal.variable("XDG_RUNTIME_DIR").map { $0 + "/containers/auth.json" },
      home.map { $0 + "/.config/containers/auth.json" }, home.map { $0 + "/.docker/config.json" },
    ].compactMap { $0 }
    let names =
      host == "registry-1.docker.io"
      ? ["docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"] : [host]
    for place in places {
      guard let bytes = (try? Files.read(place, limit: 1 << 20)) ?? nil,
        let accounts = JSONValue(parsing: bytes)?["auths"]
      else { continue }
      for name in names {
        guard let account = accounts[name]?["auth"]?.text, !account.isEmpty,
          account.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "+/=".utf8.contains($0) })
        else { continue }
        return "Basic " + account
      }
    }
    return nil
  }
}
