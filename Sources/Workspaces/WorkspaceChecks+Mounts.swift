import Deployments
import Diagnostics
import Profiles
import Schema

/// What instances mount into their containers.
extension WorkspaceChecks {
  /// Podman refuses the second of two mounts at one place.
  static let mountTwice = WorkspaceCheck(
    Rule(
      "mount-twice", "Each place in a container has one thing mounted.",
      Explanation(
        """
        Podman does not start a container with two mounts at one place. What the server keeps \
        its models in has an option of its own, 'cache'.
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
    for instance in workspace.instances {
      var taken: [ContainerPath: String] = [:]
      for place in workspace.mountedPlaces(of: instance) where !place.isOfTask {
        guard let other = taken.updateValue(place.holds, forKey: place.target), !place.isOwn else {
          continue
        }
        let help =
          switch other {
          case "the cache of models": "write the folder under 'cache:', or choose another place"
          case "what its server compiles":
            "write 'compile_cache: false', or choose another place in the container"
          default: "choose another place in the container"
          }
        collector.emit(
          rule, place.range,
          "'\(place.target.text)' of '\(instance.name.value.text)' already holds \(other)",
          help: help)
      }
    }
  }

  /// A file or folder that is mounted below another mount needs a place there: Podman makes an empty one
  /// in the host's folder, and starts no container where it cannot.
  static let mountWithin = WorkspaceCheck(
    Rule(
      "mount-within", .warning, "What amm mounts lies outside of folders that an instance mounts.",
      Explanation(
        """
        A model that is mounted below another mount needs a file of its name there. Podman makes an \
        empty one in your folder; where the folder is mounted read-only, the server does not start.
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
          // The same file at the same place: there is one to mount over.
          let rest = mount.target.text.dropFirst(outer.target.text.count)
          if case .path(let folder) = outer.source, case .path(let file) = mount.source,
            file.text == folder.text + rest
          {
            continue
          }
          collector.emit(
            rule, volume.range,
            "'\(mount.target.text)' of '\(instance.name.value.text)' would be mounted within '\(outer.target.text)', whose folder has no such file",
            help: "mount the volume at another place in the container")
        }
      }
    }
  }

  static let noInstances = WorkspaceCheck(
    Rule(
      "no-instances", .warning, "A workspace has an instance.",
      Explanation(
        "Nothing is generated, and what was generated before is removed.",
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
    guard workspace.declaredNames?.isEmpty == true else { return }
    collector.emit(
      rule, .fileStart, "no instances are declared, so there is nothing to serve",
      help: "add one, such as 'main: {port: 8080}'")
  }

  static let hiddenFiles = WorkspaceCheck(
    Rule(
      "mount-hides-files", "A mount leaves the image's own files where they are.",
      Explanation(
        """
        What is mounted takes the place of what the image has there: its programs, its libraries or \
        its list of users. The server does not start.
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
    for instance in workspace.instances {
      guard let runtime = instance.active?.profile.runtime.value else { continue }
      // What an image of somebody else's has beyond a system is not known.
      let folders =
        systemFolders
        + (runtime.needsImage ? [] : imageFolders + [runtime.programFolder].compactMap { $0 })
      for place in workspace.mountedPlaces(of: instance) where !place.isOwn {
        let target = place.target.text
        // Podman itself puts memory there where nothing else can be written.
        if place.isMemory, target == "/run" { continue }
        guard folders.contains(where: { $0 == target || $0.hasPrefix(target + "/") }) else {
          continue
        }
        collector.emit(
          rule, place.range, "'\(target)' holds files that the server needs",
          help: "choose another place in the container, such as '/models'")
      }
    }
  }

  /// Folders that servers' images keep programs and libraries in.
  ///
  /// The Python ones are those of vLLM, TGI and SGLang. A file within one may well be mounted.
  private static let imageFolders = [
    "/opt/intel", "/opt/rocm", "/opt/venv", "/sgl-workspace/sglang", "/usr/lib/ollama",
    "/usr/local/cuda", "/usr/local/lib/python3.12/dist-packages", "/usr/src/.venv",
  ]

  /// Those of every Linux.
  private static let systemFolders = [
    "/bin", "/dev", "/etc/ssl", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr/bin",
    "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/local/bin", "/usr/sbin",
  ]

  static let privateLabel = WorkspaceCheck(
    Rule(
      "private-label-shared", "A label of one container alone is on files of one instance alone.",
      Explanation(
        """
        With 'Z' or 'selinux: private' the files get a label that one container may read. The second \
        one to start takes it, and the first can read its model no more.
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
    var owners: [(path: String, isPrivate: Bool, instance: Instance)] = []
    for instance in workspace.instances {
      for place in workspace.mountedPlaces(of: instance) {
        // A server that SELinux does not hold back reads files of every label.
        guard let path = place.path?.text, instance.isConfined else { continue }
        let isPrivate = place.label == .privateLabel
        defer { owners.append((path, isPrivate, instance)) }
        let other = owners.first { owner in
          (owner.isPrivate || isPrivate) && owner.instance.name.value != instance.name.value
            && (owner.path == path || owner.path.hasPrefix(path + "/")
              || path.hasPrefix(owner.path + "/"))
        }
        guard let other else { continue }
        let (alone, both) = isPrivate ? (instance, other.instance) : (other.instance, instance)
        collector.emit(
          rule, place.range,
          "'\(path)' would be readable to '\(alone.name.value.text)' alone, and '\(both.name.value.text)' mounts it as well",
          help: place.isOwn
            ? "write 'selinux: shared', a label that both may read"
            : "write 'z', a label that both may read",
          notes: [collector.note(other.instance.name.range, "the other one stands here")])
      }
    }
  }
}
