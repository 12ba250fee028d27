#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock that only one amm process holds at a time; it is released when the process ends.
package final class FolderLock {
  private let handle: Int32

  /// How many seconds to wait for another process: anyone who can read a folder can lock it.
  package static let patience = 20.0

  /// Waits for the lock of a folder.
  ///
  /// - Parameters:
  ///   - patience: The time limit in seconds.
  ///   - waiting: Called once if another process holds the lock, with its command line and process
  ///     ID if known.
  /// - Throws: Also if another process holds the lock for longer than `patience`.
  package init(
    _ folder: Folder, patience: Double = FolderLock.patience, waiting: (String) -> Void
  ) throws(HostError) {
    handle = unsafe openat(folder.handle, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { throw .last("open the folder", folder.path) }
    let start = Clock.monotonic()
    var hasTold = false
    while flock(handle, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      guard errno == EWOULDBLOCK else { throw .last("lock the folder", folder.path) }
      let elapsed = Clock.monotonic() - start
      // Most locks are released before anyone could read the message.
      if elapsed > 0.2, !hasTold {
        hasTold = true
        waiting(Self.holder(of: handle) ?? "another program")
      }
      guard elapsed < patience else {
        throw HostError(
          "lock the folder", folder.path,
          reason: "\(Self.holder(of: handle) ?? "another program") has held its lock for "
            + "\(Int(patience.rounded())) seconds; try again when it is done")
      }
      Clock.sleep(seconds: 0.01)
    }
  }

  deinit { close(handle) }

  /// Returns the process that holds a folder's lock: `'amm switch tgi-primary phi4' (process
  /// 4711)`.
  private static func holder(of handle: Int32) -> String? {
    var status = stat()
    guard unsafe fstat(handle, &status) == 0,
      let table = (try? Files.readStream("/proc/locks")) ?? nil
    else { return nil }
    // `1: FLOCK  ADVISORY  WRITE 4711 fe:00:131080 0 EOF`; the device is not compared, because some
    // file systems show a different one here.
    let line = String(decoding: table, as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: " ")
    }.first { words in
      words.count > 5 && words[1] == "FLOCK" && words[5].hasSuffix(":\(status.st_ino)")
    }
    guard let id = line?[4] else { return nil }
    let words = (try? Files.readStream("/proc/\(id)/cmdline")) ?? nil
    let command = String(decoding: words ?? [], as: UTF8.self).split(separator: "\0")
    guard let program = command.first else { return "process \(id)" }
    let name = program.split(separator: "/").last ?? program
    return "'\(([name] + command.dropFirst()).joined(separator: " "))' (process \(id))"
  }
}
