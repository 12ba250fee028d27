import Deployments
package import Diagnostics
import Models
import Text
package import Values
import YAML

extension ModelLock {
  /// Reads a lock, and reports the first error.
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

  /// Reads a lock from JSON.
  ///
  /// - Throws: The first error.
  package init(_ value: JSONValue) throws(LockProblem) {
    self.init()
    let members = try value.members(of: ["version", "models", "images"], at: [])
    guard let version = members["version"]?.wholeNumber, version == Self.version else {
      throw LockProblem(
        members["version"] == nil ? [] : ["version"],
        members["version"] == nil
          ? "has no 'version'" : "is not \(Self.version), the version that this amm reads",
        help: "a newer amm wrote it: use that one, or remove the file and run 'amm lock'",
        rule: members["version"] == nil ? LockRules.damaged : LockRules.version)
    }
    for (key, entry) in try members["models"]?.members(at: ["models"]) ?? [:] {
      let path = ["models", key]
      guard let name = ModelName(key: key) else { throw LockProblem(path, "is not a model key") }
      models[name] = try LockedModel(entry, of: name, at: path)
    }
    for (key, entry) in try members["images"]?.members(at: ["images"]) ?? [:] {
      let path = ["images", key]
      guard let image = ImageReference(key), image.digest == nil, key == image.text else {
        throw LockProblem(path, "is not an image name with a tag")
      }
      images[key] = try LockedImage(entry, at: path)
    }
  }

  /// Returns the line with Git's first merge conflict marker; nil without one.
  private static func mergeMark(_ source: SourceFile) -> Int? {
    let lines = source.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    return lines.firstIndex { $0.starts(with: "<<<<<<< ".utf8) }.map { $0 + 1 }
  }

  /// Returns a diagnostic for a file that is not valid JSON.
  private static func syntax(_ source: SourceFile) -> Diagnostic {
    if let line = mergeMark(source) {
      return Diagnostic(
        LockRules.damaged,
        at: SourceLocation(source, SourceRange(at: .init(line: line, column: 1))),
        "the file has an unresolved merge conflict",
        help: ["keep one side ('git checkout --ours' or '--theirs'), then run 'amm lock'"])
    }
    let isShort = source.bytes.count < Composer.Limits.bytes
    let found =
      isShort ? Composer.compose(source).diagnostics.first { $0.severity == .error } : nil
    return Diagnostic(
      LockRules.damaged, at: found?.location ?? SourceLocation(path: source.path),
      "this is not a lock: \(found?.message ?? "it is not JSON")", help: [LockProblem.wayOut])
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
        guard members[key] != nil else { throw LockProblem(path, "has no '\(key)'") }
        throw LockProblem(path + [key], "must be \(what)")
      }
      return text
    }
    let isHub = if case .hub = name { true } else { false }
    let commit = try text(
      "commit", { isHub ? $0.isCommit : $0.isSHA256 },
      "a commit of \(isHub ? 40 : 64) hexadecimal digits")
    if case .hub(_, let revision?, _) = name, revision.isCommit, revision != commit {
      throw LockProblem(path + ["commit"], "is not the commit in the model key")
    }
    let kinds = "'open', 'automatic', 'manual' or 'restricted'"
    let gating = Gating(rawValue: try text("gated", { Gating(rawValue: $0) != nil }, kinds))
    let origin = try text("origin", Self.isOrigin, "the URL of a hub")
    var license: String?
    if members["license"] != nil {
      license = try text("license", Self.isLicense, "the name of a licence")
    }
    var files: [LockedFile] = []
    let filesPath = path + ["files"]
    for (name, entry) in try members["files"]?.members(at: filesPath) ?? [:] {
      guard LockedFile.isPath(name) else {
        throw LockProblem(filesPath + [name], "is not a valid path in a repository")
      }
      files.append(try LockedFile(name, entry, at: filesPath))
    }
    guard !files.isEmpty else { throw LockProblem(path, "has no files") }
    var facts: ModelFacts?
    if let written = members["facts"] {
      guard let found = ModelFacts(written) else {
        throw LockProblem(path + ["facts"], "has an invalid fact")
      }
      facts = found
    }
    self.init(
      commit: commit, files: files, facts: facts, license: license, gating: gating ?? .open,
      origin: origin)
  }

  /// Checks whether a text is the URL of a hub: `https://host[:port][/path]` without account or
  /// query.
  package static func isOrigin(_ text: String) -> Bool {
    guard let rest = text.after("https://") ?? text.after("http://") else { return false }
    return (1...200).contains(rest.utf8.count)
      && rest.utf8.first.map { $0.isASCIIAlphanumeric || $0 == 0x5B } == true
      && rest.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-:/[]".utf8.contains($0) }
      && !rest.hasSuffix("/")
  }

  /// Checks whether a text is a possible name of a licence on the hub.
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
      throw LockProblem(files + [name], "has no valid size in bytes")
    }
    guard let hash = value["sha256"]?.text, hash.isSHA256 else {
      throw LockProblem(files + [name], "has no valid SHA-256 (64 hexadecimal digits)")
    }
    // There are many files, and creating a path for each would be slow.
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
      throw LockProblem(path, "has no valid digest ('sha256:' and 64 hexadecimal digits)")
    }
    var platforms: [String: String] = [:]
    let inner = path + ["platforms"]
    for (name, entry) in try members["platforms"]?.members(at: inner) ?? [:] {
      guard Self.isPlatform(name), let digest = entry.text, OllamaManifest.isDigest(digest) else {
        throw LockProblem(inner + [name], "must be a platform with the digest of its image")
      }
      platforms[name] = digest
    }
    self.init(digest: digest, platforms: platforms)
  }

  /// Checks whether a text is a platform such as `linux/amd64` or `linux/arm/v7`.
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
  /// Returns the members of an object.
  fileprivate func members(at path: [String]) throws(LockProblem) -> [String: JSONValue] {
    guard case .object(let members) = self else { throw LockProblem(path, "must be an object") }
    return members
  }

  /// Returns the members of an object that may only have members with the given names.
  fileprivate func members(
    of names: [String], at path: [String]
  ) throws(LockProblem) -> [String: JSONValue] {
    let members = try members(at: path)
    let unknown = members.keys.filter { !names.contains($0) }.sorted()
    if let first = unknown.first { throw LockProblem(path + [first], "is an unknown key") }
    return members
  }
}
