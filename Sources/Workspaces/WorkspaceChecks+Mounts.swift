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
    for instance in workspace.instances where !instance.volumes.isEmpty {
      var taken: [ContainerPath: String] = [:]
      if let place = instance.cachePlace { taken[place.cache.path] = "the cache of models" }
      for mount in instance.active?.launch.mounts ?? [] {
        taken[mount.target] = "the profile's model"
      }
      if let profile = instance.active?.profile,
        let image = workspace.image(of: instance, serving: profile),
        let cache = instance.compileCache(of: profile.runtime.value, image)
      {
        taken[cache.path] = "what its server compiles"
      }
      for volume in instance.volumes {
        let mount = volume.value.mount
        guard let other = taken.updateValue("another volume", forKey: mount.target) else {
          continue
        }
        collector.emit(
          rule, volume.range,
          "'\(mount.target.text)' of '\(instance.name.value.text)' already holds \(other)",
          help: other.hasPrefix("the cache")
            ? "write the folder under 'cache:', or choose another place"
            : "choose another place in the container")
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
    let own: Set = [
      "/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr",
      "/usr/bin",
      "/usr/lib", "/usr/local", "/usr/local/bin", "/opt",
    ]
    for instance in workspace.instances {
      for volume in instance.volumes {
        let target = volume.value.mount.target
        let text = String(target.text.reversed().drop { $0 == "/" }.reversed())
        guard own.contains(text) || text == instance.active?.profile.runtime.value.programFolder
        else { continue }
        collector.emit(
          rule, volume.range, "'\(target.text)' holds files that the server needs",
          help: "choose another place in the container, such as '/models'")
      }
    }
  }

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
          instances:
            chat: {port: 8080, volumes: ["~/prompts:/prompts:Z"]}
            coding: {port: 8081, volumes: ["~/prompts:/prompts:Z"]}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080, volumes: ["~/prompts:/prompts:z"]}
            coding: {port: 8081, volumes: ["~/prompts:/prompts:z"], auto_start: false}
          """,
        source: "Podman 5.4.2, docs/source/markdown/options/volume.md (labeling volume mounts)"))
  ) { workspace, rule, collector in
    var owners: [Mount.Source: Instance] = [:]
    for instance in workspace.instances {
      for volume in instance.volumes {
        let mount = volume.value.mount
        guard case .path(let path) = mount.source,
          mount.options.contains(.privateLabel) || instance.label(of: volume.value) == .privateLabel
        else { continue }
        guard let other = owners.updateValue(instance, forKey: mount.source),
          other.name.value != instance.name.value
        else { continue }
        collector.emit(
          rule, volume.range,
          "'\(path.text)' would be readable to '\(instance.name.value.text)' alone, and '\(other.name.value.text)' mounts it as well",
          help: "write 'z', a label that both may read",
          notes: [collector.note(other.name.range, "the other one stands here")])
      }
    }
  }
}
