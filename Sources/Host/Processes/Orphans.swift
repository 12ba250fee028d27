import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Processes whose parent ended before them, such as those that move themselves to the background.
package enum Orphans {
  /// Makes orphaned descendants of this process its own children from now on.
  package static func adopt() { _ = amm_adopt_orphans() }

  /// Makes this process end when its parent ends, because its result is no longer needed then.
  package static func endWithParent() { _ = amm_end_with_parent() }

  /// Ends all children of this process, and their children when they become its own.
  package static func end() {
    // Each round ends one generation. Stopping first keeps a program from starting more.
    for _ in 0..<1000 {
      let children = children
      for child in children { kill(child, SIGSTOP) }
      for child in children { kill(child, SIGKILL) }
      for child in children { _ = Spawning.wait(for: child) }
      if children.isEmpty { return }
    }
  }

  /// Reads `/proc/self/task/TASK/children`, if the kernel has it (CONFIG_PROC_CHILDREN).
  private static var children: [pid_t] {
    let tasks = (try? Files.names(in: "/proc/self/task")) ?? []
    return tasks.flatMap { task -> [pid_t] in
      let bytes = (try? Files.readStream("/proc/self/task/\(task)/children")) ?? nil
      return String(decoding: bytes ?? [], as: UTF8.self).split(separator: " ")
        .compactMap { pid_t($0) }
    }
  }
}
