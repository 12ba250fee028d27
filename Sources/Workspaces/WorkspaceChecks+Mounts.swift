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
