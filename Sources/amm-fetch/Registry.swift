import Deployments
import Host
import Locks
import Models
import Text
import Values

/// Access to registries of images and of Ollama models (OCI distribution-spec 1.1; distribution,
/// token.md).
struct Registry {
  let web: Web

  /// The largest index or manifest in bytes; the specification lets registries reject larger ones.
  private static let manifestLimit = 4 << 20
  private static let imageTypes = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
  ].joined(separator: ", ")

  /// Returns the lock entry of an image.
  func image(_ image: ImageReference) throws(WebError) -> LockedImage {
    let (host, path) = Self.place(of: image.name)
    let reference = image.digest ?? image.tag ?? "latest"
    let answer = try manifest(of: path, reference, on: host, as: Self.imageTypes, image.text)
    guard let found = RegistryAnswer(answer.body), let hash = ContentHash.sha256(answer.body) else {
      throw WebError(.wrong, "the answer of \(host) does not describe the image '\(image.text)'")
    }
    let digest = "sha256:" + hash
    if let asked = image.digest, asked != digest {
      throw WebError(.wrong, "\(host) returns a different image than '\(image.text)'")
    }
    if let told = answer.headers["docker-content-digest"], told != digest {
      throw WebError(.wrong, "\(host) reports a wrong digest for the image '\(image.text)'")
    }
    return LockedImage(digest: digest, platforms: found.platforms)
  }

  /// Returns the lock entry of an Ollama model.
  func ollama(_ name: String) throws(WebError) -> LockedModel {
    let (host, path, tag) = Self.ollamaPlace(of: name)
    let type = "application/vnd.docker.distribution.manifest.v2+json"
    let answer = try manifest(of: path, tag, on: host, as: type, name)
    guard let manifest = OllamaManifest(answer.body), let hash = ContentHash.sha256(answer.body)
    else { throw WebError(.wrong, "the answer of \(host) does not describe the model '\(name)'") }
    var files: [LockedFile] = []
    for layer in manifest.layers {
      // A model can have several layers of the same media type.
      let count = files.count {
        $0.path == layer.mediaType || $0.path.hasPrefix(layer.mediaType + "/")
      }
      let place = layer.mediaType + (count == 0 ? "" : "/\(count)")
      guard LockedFile.isPath(place), layer.size <= 1 << 53 else {
        throw WebError(.wrong, "'\(name)' has an invalid layer")
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

  // MARK: Requests

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
        .refused, "\(host) denies this account access to '\(name)'",
        help: "check the name; if it is private, run 'podman login \(host)'")
    case 404: throw WebError(.missing, "\(host) has no '\(name)'", help: "check the name and tag")
    default: try Web.require(answer, url)
    }
    return answer
  }

  /// Returns the answer to a registry's challenge: a token from the registry, or the account's name
  /// and password.
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
        .wrong, "\(host) asks for a token from an unencrypted URL")
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

  /// Parses the parameters of a challenge: `realm="…",service="…"`.
  private static func parameters(of challenge: String) -> [String: String] {
    var found: [String: String] = [:]
    var rest = challenge.dropFirst(7)
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].filter { !" ,".contains($0) }
      let value = rest[rest.index(after: equals)...]
      guard value.first == "\"", let end = value.dropFirst().firstIndex(of: "\"") else { break }
      let text = String(value[value.index(after: value.startIndex)..<end])
      // The value becomes part of a URL.
      if text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != 0x22 }) {
        found[name.lowercased()] = text
      }
      rest = value[value.index(after: end)...]
    }
    return found
  }

  // MARK: Places

  /// Returns the host and the path of an image; a name without a host is on Docker Hub.
  static func place(of name: String) -> (host: String, path: String) {
    let slash = name.firstIndex(of: "/") ?? name.startIndex
    let first = name[..<slash]
    let isHost = first.contains(".") || first.contains(":") || first == "localhost"
    let host = isHost ? String(first) : "docker.io"
    let path = isHost ? String(name[name.index(after: slash)...]) : name
    guard ["docker.io", "index.docker.io"].contains(host) else { return (host, path) }
    return ("registry-1.docker.io", path.contains("/") ? path : "library/" + path)
  }

  /// Parses `host/namespace/name:tag`, in which only the name is required (Ollama,
  /// types/model/name.go).
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

  /// Returns the URL scheme; only registries on this machine are accessed without encryption.
  private static func scheme(_ host: String) -> String { isOwn(host) ? "http://" : "https://" }
}

/// The accounts that `podman login` and `docker login` store (containers-auth.json(5)).
private enum RegistryAccount {
  /// Returns the value of `Authorization` for a host; nil without a login.
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
