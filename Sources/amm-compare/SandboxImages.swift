import ArgumentParser
import CommandSupport
import Comparison
import Host
import Operations
import Reports

/// The images of a task's sandboxes.
enum SandboxImages {
  /// Pulls missing images before the measurement, because answers that cannot be scored are
  /// useless.
  ///
  /// - Throws: An exit status after reporting what is missing.
  static func prepare(_ task: ModelTask) throws {
    for image in task.sandboxImages {
      guard Subprocess.find("podman") != nil else {
        Console.fail(
          "the task '\(task.name)' runs answers in containers, but Podman is not installed",
          help: "install Podman, or choose another '--task'")
        throw ExitStatus.refused
      }
      if try Subprocess.capture(["podman", "image", "exists", image]).isSuccess { continue }
      Console.say("pulling \(image), in which the task '\(task.name)' runs answers")
      let result = try Machine.here.follow(["podman", "pull", "--quiet", image]).result
      guard result.isSuccess else {
        Console.fail(
          "cannot pull the image '\(image)'", help: "'podman pull \(image)' shows the reason")
        throw ExitStatus.refused
      }
    }
  }
}
