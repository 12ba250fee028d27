import Diagnostics
import Profiles
import Schema
import Text

/// Files that the server reads and its container does not have.
extension ServerImport {
  /// The folders at the root of an image that can have files without a mount.
  private static let ofImages: Set = [
    "app", "bin", "boot", "dev", "etc", "lib", "lib64", "opt", "proc", "root", "run", "sbin",
    "sgl-workspace", "sys", "tmp", "usr", "var", "vllm-workspace", "workspace",
  ]

  /// Mounts whose paths in the container are not all known.
  private static let hidden: Set = [
    "volumes_from", "--volumes-from", "tmpfs", "--tmpfs", "Tmpfs", "--mount", "Mount", "configs",
    "secrets", "Secret", "--secret", "PodmanArgs", "Volume", "-v", "--volume",
  ]

  /// The endings of files that options name.
  private static let endings = [".jinja", ".json", ".yaml", ".yml", ".gguf", ".safetensors"]

  /// Reports a model or another file whose path is in no mount of the container.
  ///
  /// - Parameter standard: The folder in the container where the image looks for downloads; nil if it has none.
  mutating func tellUnmounted(cache standard: String?) {
    guard hasOwnImage, !server.isBuilt, server.insideOf == nil, !server.isInstance, !server.isOwn,
      !server.fates.contains(where: { Self.hidden.contains($0.key.value) && $0.kind != .carried }),
      !server.places.contains(where: { !$0.value.target.hasPrefix("/") })
    else { return }
    let folders =
      server.places.map(\.value.target) + Array(server.scratch.union(server.otherMounts))
    let known =
      folders + [cacheFolder, standard].compactMap(\.self) + Array(server.unwritten)
      + server.contents.map(\.path)
    var told: Set<SourceRange> = []
    for path in namedPaths where !server.isOpen(path) && told.insert(path.range).inserted {
      let first = path.value.split(separator: "/").first.map(String.init) ?? ""
      let isKnown = known.contains { Self.overlaps($0, path.value) }
      guard !isKnown, !first.isEmpty, !Self.ofImages.contains(first) || path.value.hasPrefix("~")
      else { continue }
      let shown = Array(Set(folders)).sorted().prefix(3).map { "'\($0.abbreviatedName)'" }
      tell(
        ImportRules.value, path.range,
        "no mount of the container has '\(path.value.abbreviatedName)'",
        help: shown.isEmpty
          ? "mount its folder, and write the path that it has in the container"
          : "mount its folder, or write a path below \(shown.joined(separator: ", "))")
    }
  }

  /// The paths of the model and of other files that the server reads.
  private var namedPaths: [Located<String>] {
    func isPath(_ text: String) -> Bool {
      (text.hasPrefix("/") || text.hasPrefix("~/")) && !text.contains(" ") && !text.contains(",")
        && !text.contains("$") && !text.contains(":")
    }
    var found = [model].compactMap(\.self).filter { isPath($0.value) }
    let others = words.writtenPaths.union(words.addressPaths).union(words.logFiles)
    let all = recognised.arguments
    for (index, word) in all.enumerated() where word.value.hasPrefix("-") {
      let equals = word.value.firstIndex(of: "=")
      let name = String(word.value[..<(equals ?? word.value.endIndex)])
      let value =
        equals.map { Located(String(word.value[word.value.index(after: $0)...]), word.range) }
        ?? (index + 1 < all.count ? all[index + 1] : nil)
      guard let value, isPath(value.value), !others.contains(name) else { continue }
      let isFile = Self.endings.contains(where: value.value.hasSuffix)
      let isRead = words.hostPaths.contains(name) || words.pathsOrModels.contains(name)
      if isFile || isRead { found.append(value) }
    }
    return found
  }

  private static func overlaps(_ folder: String, _ path: String) -> Bool {
    let folder = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    return (path + "/").hasPrefix(folder + "/") || (folder + "/").hasPrefix(path + "/")
  }

  // MARK: Downloads

  /// Reports a folder for downloads that is read-only, or missing although the server downloads nothing.
  mutating func tellDownloads(cache standard: String?) {
    guard hasOwnImage, !server.isBuilt, let folder = cacheFolder ?? standard,
      model.map({ !$0.value.hasPrefix("/") && !$0.value.hasPrefix("~") }) ?? (repository != nil),
      !runtime.pullsModels, server.variableFiles.isEmpty, !server.isOwn, !server.isInstance,
      !server.places.contains(where: { !$0.value.target.hasPrefix("/") })
    else { return }
    let offline = server.variables.first { name, value in
      ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].contains(name.value)
        && ["1", "true", "yes", "on"].contains(value?.lowercased() ?? "")
    }
    let having = server.places.filter { Self.overlaps($0.value.target, folder) }
    let isMounted =
      !having.isEmpty
      || server.otherMounts.union(server.scratch).contains { Self.overlaps($0, folder) }
    if let offline, offline.name.value == "HF_HUB_OFFLINE", !isMounted {
      tell(
        ImportRules.cache, offline.name.range,
        "the server downloads nothing, and no mount has its models",
        help: "mount a folder with the model at '\(folder)', or remove '\(offline.name.value)'")
    } else if offline == nil,
      let place = having.max(by: { $0.value.target.utf8.count < $1.value.target.utf8.count }),
      place.value.isReadOnly, (folder + "/").hasPrefix(place.value.target + "/")
    {
      tell(
        ImportRules.cache, place.range,
        "the folder for downloads is read-only, so the server can load only what it has already",
        help: "remove ':ro', or set 'HF_HUB_OFFLINE=1' if the model is in it")
    }
  }

  // MARK: Health

  /// The paths that checks of other servers ask, and that those of amm's runtimes do not have.
  private static let otherChecks: Set = [
    "/healthz", "/healthy", "/healthcheck", "/health_check", "/health-check", "/readyz", "/livez",
    "/ready", "/live", "/api/health", "/api/healthz",
  ]

  /// Reports a check of a path that the server does not have.
  ///
  /// - Parameter own: The path of the runtime's own check.
  mutating func tellCheckedPath(own: String) {
    let words = server.healthCheck + [server.healthCommand].compactMap(\.self)
    let isStrict = words.contains { word in
      ["-f", "--fail", "wget", "urlopen", "raise_for_status"].contains(where: word.value.contains)
    }
    var asked = server.checkedPaths
    if isStrict {
      asked += words.compactMap { word in
        guard let scheme = word.value.firstRange(of: "http://"), !server.isOpen(word) else {
          return nil
        }
        let rest = word.value[scheme.upperBound...].drop { $0 != "/" }
        let path = rest.prefix { !"\"' )?|;".contains($0) }
        return Located(String(path), word.range)
      }
    }
    guard let wrong = asked.first(where: { Self.otherChecks.contains($0.value) }),
      wrong.value != own
    else { return }
    tell(
      ImportRules.value, wrong.range,
      "\(runtime.name) has no path '\(wrong.value)', so the check always fails",
      help: "write '\(own)'")
  }
}
