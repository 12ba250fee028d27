import Deployments
package import Diagnostics
import Models
import Text
package import Values
import YAML

extension ModelLock {
  /// A lock with everything that is wrong with it.
  package static func read(_ source: SourceFile) -> Outcome<ModelLock> {
    guard let value = JSONValue(parsing: source.bytes, strictly: true) else {
      return Outcome(nil, [syntax(source)])
    }
    do throws(LockProblem) {
      return Outcome(try ModelLock(value), [])
    } catch {
      return Outcome(nil, [error.diagnostic(in: source)])
    }
  }

  /// What a JSON text says.
  ///
  /// - Throws: At the first place that cannot be so.
  package init(_ value: JSONValue) throws(LockProblem) {
    self.init()
    let members = try value.members(of: ["version", "models", "images"], at: [])
    guard let version = members["version"]?.wholeNumber, version == Self.version else {
      throw LockProblem(
        members["version"] == nil ? [] : ["version"],
        "is of another version than \(Self.version), the one that this amm reads",
        help: "a newer amm wrote it: use that one, or remove the file and run 'amm lock'",
        rule: members["version"] == nil ? LockRules.damaged : LockRules.version)
    }
    for (key, entry) in try members["models"]?.members(at: ["models"]) ?? [:] {
      let path = ["models", key]
      guard let name = ModelName(key: key) else { throw LockProblem(path, "names no model") }
      models[name] = try LockedModel(entry, of: name, at: path)
    }
    for (key, entry) in try members["images"]?.members(at: ["images"]) ?? [:] {
      let path = ["images", key]
      guard let image = ImageReference(key), image.digest == nil, key == image.text else {
        throw LockProblem(path, "names no image by a tag")
      }
      images[key] = try LockedImage(entry, at: path)
    }
  }

  /// The line that begins with one of Git's marks; nil where none does.
  private static func mergeMark(_ source: SourceFile) -> Int? {
    let lines = source.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    return lines.firstIndex { $0.starts(with: "<<<<<<< ".utf8) }.map { $0 + 1 }
  }

  /// Where it is no JSON, or is so only to YAML.
  private static func syntax(_ source: SourceFile) -> Diagnostic {
    if let line = mergeMark(source) {
      return Diagnostic(
        LockRules.damaged,
        at: SourceLocation(source, SourceRange(at: .init(line: line, column: 1))),
        "a merge has left its mark here",
        help: ["take one side ('git checkout --ours' or '--theirs'), then run 'amm lock'"])
    }
    let isShort = source.bytes.count < Composer.Limits.bytes
    let found =
      isShort ? Composer.compose(source).diagnostics.first { $0.severity == .error } : nil
    return Diagnostic(
      LockRules.damaged, at: found?.location ?? SourceLocation(path: source.path),
      "this is no lock: \(found?.message ?? "it is not JSON")", help: [LockProblem.wayOut])
  }
}

extension LockedModel {
  fileprivate init(
    _ value: JSONValue, of name: ModelName, at path: [String]
  ) throws(LockProblem) {
    let members = try value.members(
      of: ["commit", "files", "facts", "license", "gated", "origin"], at: path)
    func text(_ key: String, _ isRight: (String) -> Bool, _ what: String) throws(LockProblem)
      -> String
    {
      guard let text = members[key]?.text, isRight(text) else {
        throw LockProblem(members[key] == nil ? path : path + [key], "has no \(what)")
      }
      return text
    }
    let isHub = if case .hub = name { true } else { false }
    let commit = try text(
      "commit", { isHub ? $0.isCommit : $0.isSHA256 },
      "commit of \(isHub ? 40 : 64) hexadecimal digits")
    if case .hub(_, let revision?, _) = name, revision.isCommit, revision != commit {
      throw LockProblem(path + ["commit"], "is another commit than the one that is asked for")
    }
    let gating = Gating(rawValue: try text("gated", { Gating(rawValue: $0) != nil }, "gating"))
    let origin = try text("origin", Self.isOrigin, "origin: the address of a hub")
    var license: String?
    if members["license"] != nil {
      license = try text("license", Self.isLicense, "licence that can be one")
    }
    var files: [LockedFile] = []
    let filesPath = path + ["files"]
    for (name, entry) in try members["files"]?.members(at: filesPath) ?? [:] {
      guard LockedFile.isPath(name) else {
        throw LockProblem(filesPath + [name], "is no path of a file in a repository")
      }
      files.append(try LockedFile(name, entry, at: filesPath))
    }
    guard !files.isEmpty else { throw LockProblem(path, "has no files") }
    var facts: ModelFacts?
    if let written = members["facts"] {
      guard let found = ModelFacts(written) else {
        throw LockProblem(path + ["facts"], "has a fact that no model can have")
      }
      facts = found
    }
    self.init(
      commit: commit, files: files, facts: facts, license: license, gating: gating ?? .open,
      origin: origin)
  }

  /// Whether a text is the address of a hub: `https://host[:port][/path]` without account and query.
  package static func isOrigin(_ text: String) -> Bool {
    guard let rest = text.after("https://") ?? text.after("http://") else { return false }
    return (1...200).contains(rest.utf8.count)
      && rest.utf8.first.map { $0.isASCIIAlphanumeric || $0 == 0x5B } == true
      && rest.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-:/[]".utf8.contains($0) }
      && !rest.hasSuffix("/")
  }

  /// Whether a text can be the hub's word for a licence.
  package static func isLicense(_ text: String) -> Bool {
    (1...100).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || " ._-+/".utf8.contains($0) }
  }
}

extension LockedFile {
  fileprivate init(
    _ name: String, _ value: JSONValue, at files: [String]
  ) throws(LockProblem) {
    guard let size = value["size"]?.wholeNumber else {
      throw LockProblem(files + [name], "has no size: a number of bytes")
    }
    guard let hash = value["sha256"]?.text, hash.isSHA256 else {
      throw LockProblem(files + [name], "has no SHA-256 of 64 hexadecimal digits")
    }
    // There are many, and a path to each would take longer than to read it.
    if case .object(let members) = value, members.count > 2 {
      _ = try value.members(of: ["size", "sha256"], at: files + [name])
    }
    self.init(path: name, size: size, sha256: hash)
  }
}

extension LockedImage {
  fileprivate init(_ value: JSONValue, at path: [String]) throws(LockProblem) {
    let members = try value.members(of: ["digest", "platforms"], at: path)
    guard let digest = members["digest"]?.text, OllamaManifest.isDigest(digest) else {
      throw LockProblem(path, "has no digest: 'sha256:' and 64 hexadecimal digits")
    }
    var platforms: [String: String] = [:]
    let inner = path + ["platforms"]
    for (name, entry) in try members["platforms"]?.members(at: inner) ?? [:] {
      guard Self.isPlatform(name), let digest = entry.text, OllamaManifest.isDigest(digest) else {
        throw LockProblem(inner + [name], "is no platform with the digest of its image")
      }
      platforms[name] = digest
    }
    self.init(digest: digest, platforms: platforms)
  }

  /// Whether a text is `linux/amd64`, `linux/arm/v7` and the like.
  package static func isPlatform(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return (2...3).contains(parts.count)
      && parts.allSatisfy { part in
        (1...32).contains(part.utf8.count)
          && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-".utf8.contains($0) }
      }
  }
}

extension JSONValue {
  /// The members of an object.
  fileprivate func members(at path: [String]) throws(LockProblem) -> [String: JSONValue] {
    guard case .object(let members) = self else { throw LockProblem(path, "is no object") }
    return members
  }

  /// The members of an object that has no others than some.
  fileprivate func members(
    of names: [String], at path: [String]
  ) throws(LockProblem) -> [String: JSONValue] {
    let members = try members(at: path)
    let unknown = members.keys.filter { !names.contains($0) }.sorted()
    if let first = unknown.first { throw LockProblem(path + [first], "is nothing that a lock has") }
    return members
  }
}
