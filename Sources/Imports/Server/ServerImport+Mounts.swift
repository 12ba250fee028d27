import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// The folders and volumes of a server's container.
extension ServerImport {
  /// Adds the folders and volumes of the container, and the folder for models.
  mutating func addPlaces(to text: inout ImportedText, cache: String?) {
    var volumes: [Located<String>] = []
    var hasCache = false
    // Libraries have their folders in this one, which is '~/.cache' otherwise.
    if cacheFolder == nil, let cachesOfUser, let cache, let found = cache.firstRange(of: "/.cache/")
    {
      setCache(cachesOfUser + "/" + cache[found.upperBound...], holdsModels: false)
    }
    // Podman gives this user the home folder '/' (libpod, userPasswdEntry).
    if cacheFolder == nil, server.keepsUser, let cache, cache.hasPrefix("/root/") {
      let other = String(cache.dropFirst("/root".utf8.count))
      let isMounted = server.places.contains { Self.is(other, in: $0.value.target) }
      if isMounted { setCache(other, holdsModels: false) }
    }
    for place in server.places {
      if take(place, cache: cache, &hasCache, &text, &volumes) { continue }
      if let volume = volume(of: place) { volumes.append(volume) }
    }
    for file in files {
      let mode = file.value.isWritten ? "" : ":ro"
      volumes.append(Located("\(file.value.path):\(file.value.target)\(mode)", file.range))
      fates.append(
        Fate(
          key: Located(file.value.path, file.range), kind: .changed,
          reason: "its container gets the file under 'volumes'"))
    }
    if !hasCache, server.isContainer, snapshot == nil { tellCache(cache) }
    if hasCache, let cache { tellHome(cache) }
    if let snapshot {
      snapshot.cache(inHub: hasHubFolder).map { addCache($0, server.name.range, to: &text) }
    } else if let folder = ownCache {
      add(folder, inside: cache, at: server.name.range, to: &text, &volumes)
    }
    guard !volumes.isEmpty else { return }
    text.add("    volumes:", at: volumes[0].range)
    for volume in volumes {
      text.add("      - " + ImportedText.quoted(volume.value), at: volume.range)
    }
  }

  /// The folder of the machine with the downloads, of a server that runs without a container; nil if nothing
  /// names one.
  private var ownCache: String? {
    guard !server.isContainer, let cacheFolder, !absolute(cacheFolder).contains("$") else {
      return nil
    }
    let folder = absolute(cacheFolder)
    return hasHubFolder || cacheHoldsModels != false ? folder : folder + "/hub"
  }

  private func addCache(_ folder: String, _ range: SourceRange, to text: inout ImportedText) {
    text.add("    cache: " + ImportedText.scalar(folder), at: range)
  }

  /// Adds a folder of the machine with downloads: as `cache`, or as a mount inside the cache if it has the
  /// models themselves, which the cache has in a folder.
  private func add(
    _ folder: String, inside cache: String?, at range: SourceRange, to text: inout ImportedText,
    _ volumes: inout [Located<String>]
  ) {
    let end = runtime.pullsModels ? "/models" : hasHubFolder ? "/hub" : ""
    guard let cache, cacheHoldsModels == true, !end.isEmpty else {
      return addCache(folder, range, to: &text)
    }
    if folder.hasSuffix(end), folder != end {
      addCache(String(folder.dropLast(end.utf8.count)), range, to: &text)
    } else {
      volumes.append(Located("\(folder):\(cache)\(end)", range))
    }
  }

  /// Takes a mount that amm makes itself: the cache, or the folder of a local model.
  private mutating func take(
    _ place: Located<ForeignServer.Place>, cache: String?, _ hasCache: inout Bool,
    _ text: inout ImportedText, _ volumes: inout [Located<String>]
  ) -> Bool {
    let target = place.value.target
    if let model, !place.value.isVolume, Self.is(model.value, in: target) {
      // Other files of the folder stay where the arguments name them.
      guard !hasOthers(in: target) else { return false }
      fates.append(
        Fate(
          key: Located(target, place.range), kind: .changed,
          reason: snapshot == nil
            ? "amm mounts the model's file" : "'cache' keeps the models"))
      return true
    }
    let folder = cacheFolder ?? cache
    // Of several mounts on the way to the folder, the innermost one has it.
    let isInnermost = !server.places.contains { other in
      other.value.target.utf8.count > target.utf8.count
        && folder.map { Self.is($0, in: other.value.target) } ?? false
    }
    guard !hasCache, isInnermost, let folder, Self.is(folder, in: target) else {
      // amm mounts its cache where the image looks for it.
      guard let cache, target == cache || Self.is(cache, in: target), cacheFolder != nil || hasCache
      else { return false }
      fates.append(
        Fate(
          key: Located(target, place.range), kind: .dropped,
          reason: "the server looks for models in '\(cacheFolder ?? cache)'"))
      return true
    }
    hasCache = true
    if absolute(place.value.source).contains("$") {
      tellOpen(Located(target, place.range), Located(place.value.source, place.range))
      return true
    }
    // A volume of the same name is the one that amm uses.
    let source = place.value.source
    let volume = source.hasSuffix(".volume") ? String(source.dropLast(7)) : source
    guard !place.value.isVolume || server.profileName != nil || volume == cacheVolume else {
      fates.append(
        Fate(
          key: Located(target, place.range), kind: .dropped,
          reason: "amm has its own folder for models; copy the files of the volume to keep them"))
      return true
    }
    if !place.value.isVolume {
      let rest = folder.dropFirst(target.hasSuffix("/") ? target.utf8.count - 1 : target.utf8.count)
      let count = volumes.count
      add(
        absolute(place.value.source) + rest, inside: cache, at: place.range, to: &text, &volumes)
      guard volumes.count == count else {
        fates.append(
          Fate(
            key: Located(target, place.range), kind: .changed,
            reason: "it is mounted where the server looks for models"))
        return true
      }
    }
    fates.append(
      Fate(
        key: Located(target, place.range), kind: .changed,
        reason: place.value.isReadOnly
          ? "'cache' keeps the models, and the server can write to it"
          : "'cache' keeps the models"))
    return true
  }

  private static func `is`(_ path: String, in folder: String) -> Bool {
    path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  /// Variables with the folder of the hub's files; `HF_HOME` has it as `hub`.
  private static let ofHub: Set = ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"]

  /// Takes a variable with a folder for downloads.
  mutating func takeCache(_ name: Located<String>, _ value: Located<String>?) {
    // Only the library for models of other programs reads it: servers download with the hub's own.
    guard name.value != "TRANSFORMERS_CACHE" else {
      fates.append(
        Fate(
          key: name, kind: .dropped,
          reason: "the server has its models in the hub's cache, which does not read it"))
      return
    }
    if let value, name.value == "XDG_CACHE_HOME" {
      cachesOfUser = server.isOpen(value) ? nil : value.value
    } else if let value {
      setCache(value.value, holdsModels: Self.ofHub.contains(name.value))
    }
    fates.append(Fate(key: name, kind: .changed, reason: "amm sets the folder of the cache"))
  }

  /// Whether an argument or variable besides the model names something in a folder of the container.
  private func hasOthers(in folder: String) -> Bool {
    let mounted = options.filter { words.hostPaths.contains(spellings[$0.key] ?? "") }.map(\.key)
    return arguments.contains { $0.value.contains(folder + "/") }
      || environment.contains { $0.value.contains(folder + "/") }
      || options.contains { !mounted.contains($0.key) && $0.value.contains(folder + "/") }
  }

  /// Reports a folder for models in the home folder of root, for a server of another user.
  private mutating func tellHome(_ cache: String) {
    guard runtime.pullsModels, cache.hasPrefix("/root/"), cacheFolder == nil,
      hasOwnImage, let user = server.settings.last(where: { $0.key == "user" })?.value,
      server.value(of: "HOME") == nil, server.variableFiles.isEmpty
    else { return }
    let name = user.value.prefix { $0 != ":" }
    guard let number = Int(name), number > 0 else { return }
    tell(
      ImportRules.cache, user.range,
      "as user \(number), the server has another home folder, and cannot read '\(cache)'",
      help: "remove the user, or set 'OLLAMA_MODELS' and 'HOME' to folders that it can write to")
  }

  /// Reports a folder for models that is mounted where the image does not look.
  private mutating func tellCache(_ cache: String?) {
    // Another user has another home folder.
    guard let folder = cacheFolder ?? cache, model.map({ !$0.value.hasPrefix("/") }) ?? true,
      !findsModels, !server.isBuilt, !words.modelIsPath || model == nil,
      !hidesVariable(of: ForeignWords.cacheVariables.union(words.caches)),
      server.image.map({ Recognition.runtime(ofImage: $0.value) != nil }) ?? false,
      !server.keepsUser, !server.settings.contains(where: { $0.key == "user" })
    else { return }
    for place in server.places {
      let target = place.value.target
      let words = (place.value.source + " " + target).lowercased()
      let isCompiled = ["flashinfer", "torch", "triton", "/vllm", "inductor"].contains {
        target.hasSuffix($0)
      }
      let looksLikeCache =
        [
          "huggingface", "hf-cache", "hf_cache", "hub", "models", "ollama", ".cache/llama.cpp",
        ]
        .contains { words.contains($0) }
        || place.value.source.split(separator: "/").contains { $0.lowercased() == "hf" }
      let isFile = target.split(separator: "/").last?.contains(".") ?? false
      guard looksLikeCache, !isCompiled, !Self.is(target, in: folder), !hasOthers(in: target),
        !isFile || target.contains("/.cache") || target.hasSuffix(".ollama")
      else { continue }
      tell(
        ImportRules.cache, place.range,
        "the server looks for models in '\(folder)', not in '\(target)'",
        help: "mount the folder at '\(folder)'")
    }
  }
}
