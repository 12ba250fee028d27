import Deployments
import Diagnostics
import Profiles
import Schema

/// Checks of the mounts of instances.
extension WorkspaceChecks {
  /// Podman refuses two mounts at the same path.
  static let mountTwice = WorkspaceCheck(
    Rule(
      "mount-twice", "Two mounts have the same path in the container.",
      Explanation(
        """
        Podman does not start a container with two mounts at the same path. The folder for the \
        server's models has its own setting, 'cache'.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, volumes: ["~/models:/data"]}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, cache: ~/models}
          """,
        source: "Podman 5.8, pkg/specgenutil/volumes.go (duplicate mount destination)"))
  ) { workspace, rule, collector in
    for instance in workspace.instances + workspace.companionInstances {
      var taken: [ContainerPath: String] = [:]
      for place in workspace.mountedPlaces(of: instance) where !place.isOfTask {
        guard let other = taken.updateValue(place.holds, forKey: place.target), !place.isOwn else {
          continue
        }
        let help =
          switch other {
          case "the model cache": "set the folder with 'cache', or choose another path"
          case "the compile cache":
            "write 'compile_cache: false', or choose another path in the container"
          default: "choose another path in the container"
          }
        collector.emit(
          rule, place.range,
          "'\(place.target.text)' of '\(instance.name.value.text)' already holds \(other)",
          help: help)
      }
    }
  }

  /// A file or folder that is mounted below another mount must exist there.
  ///
  /// Podman creates an empty one in the host's folder, and does not start the container if it
  /// cannot.
  static let mountWithin = WorkspaceCheck(
    Rule(
      "mount-within", .warning,
      "A file of the profile would be mounted inside a folder that the instance mounts.",
      Explanation(
        """
        amm mounts a local model at '/models/NAME'. If another mount covers '/models', Podman needs \
        a file with that name there, and creates an empty one in your folder. If the folder is \
        mounted read-only, the server does not start.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, volumes: ["~/other:/models:ro"]}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/a.gguf}
          container: {runtime: llama-cpp}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, volumes: ["~/other:/more:ro"]}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/a.gguf}
          container: {runtime: llama-cpp}
          """,
        source: "crun 1.21, src/libcrun/linux.c (do_mounts makes the target of a bind mount)"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      for volume in instance.volumes {
        let outer = volume.value.mount
        for mount in instance.active?.launch.mounts ?? [] {
          guard mount.target.text.hasPrefix(outer.target.text + "/") else { continue }
          // The mounted file is already in that folder.
          let rest = mount.target.text.dropFirst(outer.target.text.count)
          if case .path(let folder) = outer.source, case .path(let file) = mount.source,
            file.text == folder.text + rest
          {
            continue
          }
          collector.emit(
            rule, volume.range,
            "'\(mount.target.text)' of '\(instance.name.value.text)' would be mounted inside '\(outer.target.text)', whose folder has no such file",
            help: "mount the volume at another path in the container")
        }
      }
    }
  }

  static let noInstances = WorkspaceCheck(
    Rule(
      "no-instances", .warning, "The workspace has no instances.",
      Explanation(
        "Nothing is generated, and previously generated files are removed.",
        wrong: """
          # instances.yaml
          instances: {}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080}
          """))
  ) { workspace, rule, collector in
    guard workspace.declaredNames?.isEmpty == true, workspace.companions.isEmpty else { return }
    collector.emit(
      rule, .fileStart, "no instances are declared, so there is nothing to serve",
      help: "add one, such as 'main: {port: 8080}'")
  }

  static let hiddenFiles = WorkspaceCheck(
    Rule(
      "mount-hides-files", "A mount hides files of the image.",
      Explanation(
        """
        A mount hides the image's files at the same path, such as programs, libraries or the list \
        of users. The server does not start.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, volumes: ["~/models:/usr"]}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, volumes: ["~/models:/models"]}
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances + workspace.companionInstances {
      // For custom images and companions, only the system folders are known.
      let runtime = instance.active?.profile.runtime.value
      guard runtime != nil || workspace.instance(named: instance.name.value.text) == nil else {
        continue
      }
      let known = runtime.flatMap { $0.needsImage ? nil : [$0.programFolder].compactMap { $0 } }
      let companion =
        runtime == nil
        ? workspace.companions.first { $0.name.value == instance.name.value }?.kind : nil
      let folders =
        systemFolders + (known.map { imageFolders + $0 } ?? companion?.programFolders ?? [])
      for place in workspace.mountedPlaces(of: instance) where !place.isOwn {
        let target = place.target.text
        // Podman itself mounts memory there if the container is read-only.
        if place.isMemory, target == "/run" { continue }
        guard folders.contains(where: { $0 == target || $0.hasPrefix(target + "/") }) else {
          continue
        }
        collector.emit(
          rule, place.range,
          "a mount at '\(target)' hides files of the image that the server needs",
          help: "choose another path in the container, such as '/models'")
      }
    }
  }

  /// The folders with programs and libraries in the images of servers.
  ///
  /// The Python folders belong to vLLM, TGI and SGLang. Mounts of single files inside these folders
  /// are allowed.
  private static let imageFolders = [
    "/opt/intel", "/opt/rocm", "/opt/venv", "/sgl-workspace/sglang", "/usr/lib/ollama",
    "/usr/local/cuda", "/usr/local/lib/python3.12/dist-packages", "/usr/src/.venv",
  ]

  /// The system folders of every Linux image.
  private static let systemFolders = [
    "/bin", "/dev", "/etc/ssl", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr/bin",
    "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/local/bin", "/usr/sbin",
  ]

  static let privateLabel = WorkspaceCheck(
    Rule(
      "private-label-shared",
      "Two instances mount the same files, and one of them uses a private SELinux label.",
      Explanation(
        """
        With 'Z' or 'selinux: private', the files get a label that only one container can read. \
        The container that starts last gets access, and the other can no longer read the files.
        """,
        wrong: """
          # instances.yaml
          defaults: {gpus: []}
          instances:
            chat: {port: 8080, volumes: ["~/prompts:/prompts:Z"]}
            coding: {port: 8081, volumes: ["~/prompts:/prompts:Z"]}
          """,
        right: """
          # instances.yaml
          defaults: {gpus: []}
          instances:
            chat: {port: 8080, volumes: ["~/prompts:/prompts:z"]}
            coding: {port: 8081, volumes: ["~/prompts:/prompts:z"], auto_start: false}
          """,
        source: "Podman 5.4.2, docs/source/markdown/options/volume.md (labeling volume mounts)"))
  ) { workspace, rule, collector in
    let instances = workspace.instances + workspace.companionInstances
    var (all, labelled) = (MountedPaths(), MountedPaths())
    for (owner, instance) in instances.enumerated() {
      for place in workspace.mountedPlaces(of: instance) {
        // A server that SELinux does not confine can read files with any label.
        guard let path = place.path?.text, instance.isConfined else { continue }
        let isPrivate = place.label == .privateLabel
        defer {
          all.add(path, of: owner)
          if isPrivate { labelled.add(path, of: owner) }
        }
        guard let found = (isPrivate ? all : labelled).owner(besides: owner, sharing: path) else {
          continue
        }
        let other = instances[found]
        let (alone, both) = isPrivate ? (instance, other) : (other, instance)
        collector.emit(
          rule, place.range,
          "'\(path)' would be readable only by '\(alone.name.value.text)', but '\(both.name.value.text)' also mounts it",
          help: place.isOwn
            ? "write 'selinux: shared' for a label that both can read"
            : "write 'z' for a label that both can read",
          notes: [collector.note(other.name.range, "the other one is here")])
      }
    }
  }
}
