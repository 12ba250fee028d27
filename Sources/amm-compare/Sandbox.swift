import Comparison
import Host

/// A temporary container for a program that handles a model's answer.
enum Sandbox {
  /// Returns the command line of a container with no network, no privileges, no files of this
  /// machine, and a time limit.
  static func words(name: String, image: String, _ command: CommandScoring) -> [String] {
    var words = [
      "podman", "run", "--rm", "--interactive", "--name", name, "--pull=missing",
      "--network=none", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges",
      "--tmpfs=/tmp:rw,size=64m,mode=1777", "--workdir=/tmp", "--timeout=\(command.timeout)",
      "--ulimit=nproc=128:128", "--ulimit=cpu=\(command.timeout):\(command.timeout)",
      "--ulimit=fsize=67108864:67108864", "--ulimit=core=0:0", "--log-driver=none",
      // Removes the image's own entry point.
      "--entrypoint=",
    ]
    if controllers.contains("pids") { words.append("--pids-limit=128") }
    if controllers.contains("memory") { words += ["--memory=512m", "--memory-swap=512m"] }
    return words + [image] + command.words
  }

  /// Removes a container that did not end in time.
  static func remove(_ name: String) {
    _ = try? Subprocess.capture(["podman", "rm", "--force", "--time=0", name])
  }

  /// The cgroup controllers that this user can set limits with.
  private static let controllers: Set<Substring> = {
    let words = [
      "podman", "info", "--format", "{{range .Host.CgroupControllers}}{{.}} {{end}}",
    ]
    guard let result = try? Subprocess.capture(words), result.isSuccess else { return [] }
    return Set(result.output.split { $0.isWhitespace }.map { $0[...] })
  }()
}
