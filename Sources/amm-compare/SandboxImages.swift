import ArgumentParser
import CommandSupport
import Comparison
import Host
import Operations
import Reports

/// The images that a task's sandboxes run in.
enum SandboxImages {
  /// Fetches those that are missing, before anything is measured: what cannot be scored need not be
  /// asked.
  ///
  /// - Throws: An exit status after saying what is missing.
  static func prepare(_ task: ModelTask) throws {
    for image in task.sandboxImages {
      guard Subprocess.find("podman") != nil else {
        Console.fail(
          "the task '\(task.name)' runs answers in containers, and there is no podman",
          help: "install Podman, or choose another '--task'")
        throw ExitStatus.refused
      }
      if try Subprocess.capture(["podman", "image", "exists", image]).isSuccess { continue }
      Console.say("fetching \(image), which the task '\(task.name)' runs answers in")
      let result = try Machine.here.follow(["podman", "pull", "--quiet", image]).result
      guard result.isSuccess else {
        Console.fail(
          "the image '\(image)' cannot be had", help: "'podman pull \(image)' says more")
        throw ExitStatus.refused
      }
    }
  }
}
