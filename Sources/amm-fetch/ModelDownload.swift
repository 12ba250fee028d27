import Host
import Locks
import Text
import Values

/// A model's files at the commit of a lock, to download or to verify.
struct ModelDownload {
  let key: String
  let name: ModelName
  let model: LockedModel

  /// Bytes to keep free on the disk.
  private static let reserve = 1 << 30

  /// Downloads missing files to a hub cache.
  ///
  /// - Throws: If a file's content does not match the lock; the file is removed.
  func fetch(from hub: Hub, into root: String) throws(WebError) {
    guard case .hub(let id, let revision, _) = name else {
      throw WebError(.wrong, "'\(key)' is downloaded by its server", help: "run 'ollama pull'")
    }
    let cache = try disk { () throws(HostError) in try HubCache(root, id, model.commit) }
    let progress = ProgressReport(key, of: model.size ?? 0)
    var missing: [LockedFile] = []
    for file in model.files {
      if try disk({ () throws(HostError) in try cache.has(file) }) {
        progress.add(file.size)
      } else {
        missing.append(file)
      }
    }
    try requireRoom(for: missing, in: root)
    for file in missing { try fetch(file, id, from: hub, into: cache, progress) }
    if revision?.isCommit != true {
      try disk { () throws(HostError) in try cache.note(revision ?? "main", is: model.commit) }
    }
  }

  private func fetch(
    _ file: LockedFile, _ id: String, from hub: Hub, into cache: HubCache,
    _ progress: ProgressReport
  ) throws(WebError) {
    let isThere = try disk { () throws(HostError) in
      try cache.hasBlob(file.sha256, size: file.size)
    }
    if isThere {
      progress.add(file.size)
    } else {
      try fill(file, id, from: hub, into: cache, progress)
    }
    try disk { () throws(HostError) in try cache.link(file, to: file.sha256) }
  }

  private func fill(
    _ file: LockedFile, _ id: String, from hub: Hub, into cache: HubCache,
    _ progress: ProgressReport
  ) throws(WebError) {
    let partial = try disk { () throws(HostError) in try cache.partial(file.sha256) }
    guard let hash = ContentHash(.sha256) else { throw WebError(.disk, "libcrypto has no memory") }
    if partial.size > file.size { try disk { () throws(HostError) in try partial.empty() } }
    try disk { () throws(HostError) in unsafe try partial.read { unsafe hash.add($0) } }
    progress.add(partial.size)
    var failure: HostError?
    let url = hub.address(of: file.path, id, model.commit)
    do throws(WebError) {
      unsafe try hub.web.fetch(
        hub.request(url, limit: file.size), size: file.size, having: { partial.size }
      ) { bytes in
        do throws(HostError) {
          unsafe try partial.append(bytes)
        } catch {
          failure = error
          return false
        }
        unsafe hash.add(bytes)
        progress.add(bytes.count)
        return true
      }
    } catch {
      if let failure { throw WebError(failure) }
      // At least part of the received bytes does not belong to this file.
      if error.kind == .wrong { try disk { () throws(HostError) in try partial.empty() } }
      guard error.kind == .refused else { throw error }
      throw hub.gated(id)
    }
    guard hash.digits == file.sha256 else {
      try disk { () throws(HostError) in try partial.empty() }
      throw WebError(
        .wrong, "the content of '\(file.path)' of '\(id)' does not match the lock",
        help: "run 'amm lock --check' to compare the lock with the hub")
    }
    try disk { () throws(HostError) in try partial.finish(as: file.sha256) }
  }

  private func requireRoom(for files: [LockedFile], in root: String) throws(WebError) {
    let needed = files.reduce(0) { min(1 << 60, $0 + $1.size) }
    guard let free = Files.freeBytes(at: root), needed > free - Self.reserve, needed > 0 else {
      return
    }
    throw WebError(
      .disk, "the download needs \(needed >> 20) MiB, and '\(root)' has \(free >> 20) MiB free",
      help: "free up space; 'amm clean' lists unused models, images and volumes")
  }

  /// Compares the files in a cache with the lock, and reports different or missing files.
  ///
  /// - Returns: The number of reported files.
  func verify(in root: String) throws(WebError) -> Int {
    guard case .hub(let id, _, _) = name else { return 0 }
    var wrong = 0
    let progress = ProgressReport(key, of: model.size ?? 0)
    let cache = try disk { () throws(HostError) in try HubCache(existing: root, id, model.commit) }
    for file in model.files {
      guard let hash = ContentHash(.sha256) else {
        throw WebError(.disk, "libcrypto has no memory")
      }
      let isThere = try disk { () throws(HostError) in
        unsafe try cache?.stream(file) { bytes in
          unsafe hash.add(bytes)
          progress.add(bytes.count)
        } ?? false
      }
      let problem: FileProblem? =
        !isThere ? .missing : hash.digits != file.sha256 ? .different : nil
      guard let problem else { continue }
      wrong += 1
      Report.write(
        .set(["key": .text(key), "file": .text(file.path), "problem": .text(problem.rawValue)]))
    }
    return wrong
  }
}

/// Runs a disk operation, and converts its error to a `WebError`.
func disk<Result>(_ body: () throws(HostError) -> Result) throws(WebError) -> Result {
  do throws(HostError) {
    return try body()
  } catch {
    throw WebError(error)
  }
}
