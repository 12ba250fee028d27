import Deployments
import Diagnostics
import Profiles
import Schema

/// Checks of the images that instances run.
extension WorkspaceChecks {
  static let imageForGPU = WorkspaceCheck(
    Rule(
      "no-image-for-gpu", "The runtime has no image for the instance's GPUs.",
      Explanation(
        "There is no image to run. An image for other GPUs would start but find no GPU.",
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [amd]}
          # active/main.yaml -> ../profiles/embedding/demo.yaml
          # profiles/embedding/demo.yaml
          category: embedding
          container:
            runtime: tei
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [amd]}
          # active/main.yaml -> ../profiles/embedding/demo.yaml
          # profiles/embedding/demo.yaml
          category: embedding
          container:
            runtime: llama-cpp
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let profile = instance.active?.profile,
        workspace.image(of: instance, serving: profile) == nil
      else { continue }
      collector.emit(
        rule, instance.name.range,
        "\(profile.runtime.value.name) has no image for \(instance.processor.title)",
        help: instead(of: instance.processor),
        notes: [profile.note(profile.runtime.range, "the runtime is chosen here")])
    }
  }

  /// Returns the help for a runtime that has no image for a kind of GPUs.
  private static func instead(of processor: Processor) -> String {
    let others = Runtimes.all.filter { $0.image(for: processor) != nil }.map { "'\($0.name)'" }
    let own = "set 'container.image' in the profile"
    guard !others.isEmpty else { return own }
    return own
      + ", or use another runtime: \(Phrase.allOf(others)) \(others.count == 1 ? "has" : "have") one"
  }

  static let pinnedUpdate = WorkspaceCheck(
    Rule(
      "auto-update-pinned",
      "An image that is pinned by its digest cannot be updated automatically.",
      Explanation(
        """
        A digest always means the same image, so there is never a newer one. The same applies to a \
        version's tag, unless the publisher moves it.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, auto_update: registry}
          # profiles/coding/demo.yaml
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference@sha256:\
          0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference@sha256:\
          0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
          """,
        source: "podman-auto-update(1)"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let update = instance.autoUpdate, let profile = instance.active?.profile,
        let image = profile.image, image.value.digest != nil
      else { continue }
      collector.emit(
        rule, update.range, "the image of '\(instance.name.value.text)' is pinned by its digest",
        help: "remove 'auto_update', or use a tag instead of the digest",
        notes: [.init(SourceLocation(profile.source, image.range), "the image is named here")])
    }
  }

  static let updateOfNoRegistry = WorkspaceCheck(
    Rule(
      "auto-update-registry", "'auto_update: registry' requires an image name with a registry.",
      Explanation(
        """
        Podman does not create a container with automatic updates from an image whose name has no \
        registry: 'auto updates require fully-qualified image reference'.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, auto_update: registry}
          # profiles/coding/demo.yaml
          container: {runtime: vllm, image: "vllm/vllm-openai:v0.31.0"}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, auto_update: registry}
          # profiles/coding/demo.yaml
          container: {runtime: vllm, image: "docker.io/vllm/vllm-openai:v0.31.0"}
          """,
        source: "Podman 5.4.2, test/system/255-auto-update.bats"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let update = instance.autoUpdate, update.value == .registry,
        let profile = instance.active?.profile, let image = profile.image,
        image.value.digest == nil, !image.value.namesRegistry
      else { continue }
      collector.emit(
        rule, update.range,
        "the image '\(image.value.text)' of '\(instance.name.value.text)' has no registry in its name",
        help: "write 'docker.io/\(image.value.text)' in the profile, if it comes from there",
        notes: [.init(SourceLocation(profile.source, image.range), "the image is named here")])
    }
  }
}
