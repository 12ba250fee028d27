import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Programs whose parent has ended before them, such as those that put themselves into the background.
package enum Orphans {
  /// Makes those among this process's descendants its own children from now on.
  package static func adopt() { _ = amm_adopt_orphans() }

  /// Has this process end when the one that started it does: what it fetches is for nobody then.
  package static func endWithParent() { _ = amm_end_with_parent() }

  /// Ends all of this process's children, and theirs as they become its own.
  package static func end() {
    // Each round ends a generation; a program that starts others all the time is stopped first.
    for _ in 0..<1000 {
      let children = children
      for child in children { kill(child, SIGSTOP) }
      for child in children { kill(child, SIGKILL) }
      for child in children { _ = Spawning.wait(for: child) }
      if children.isEmpty { return }
    }
  }

  /// `/proc/self/task/TASK/children`, where the kernel has it (CONFIG_PROC_CHILDREN).
  private static var children: [pid_t] {
    let tasks = (try? Files.names(in: "/proc/self/task")) ?? []
    return tasks.flatMap { task -> [pid_t] in
      let bytes = (try? Files.readStream("/proc/self/task/\(task)/children")) ?? nil
      return String(decoding: bytes ?? [], as: UTF8.self).split(separator: " ")
        .compactMap { pid_t($0) }
    }
  }
}
