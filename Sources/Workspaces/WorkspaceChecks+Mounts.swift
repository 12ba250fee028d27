import Deployments
import Diagnostics
import Profiles
import Schema

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
        let image = profile.image?.value ?? profile.runtime.value.image(for: instance.processor),
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
}
