import Deployments
import Diagnostics
import Profiles
import Schema

/// The images that instances run.
extension WorkspaceChecks {
  static let imageForGPU = WorkspaceCheck(
    Rule(
      "no-image-for-gpu", "The runtime has an image for the instance's GPUs.",
      Explanation(
        "There is no image to run: one that is built for other GPUs would start and find none.",
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [amd]}
          active/main.yaml -> ../profiles/embedding/demo.yaml
          # profiles/embedding/demo.yaml
          category: embedding
          container:
            runtime: tei
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [nvidia]}
          active/main.yaml -> ../profiles/embedding/demo.yaml
          # profiles/embedding/demo.yaml
          category: embedding
          container:
            runtime: tei
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

  /// The way out where a runtime has no image for a kind of GPUs.
  private static func instead(of processor: Processor) -> String {
    let others = Runtimes.all.filter { $0.image(for: processor) != nil }.map { "'\($0.name)'" }
    let own = "name one under 'container.image' of the profile"
    guard !others.isEmpty else { return own }
    return own
      + ", or use another runtime: \(Phrase.allOf(others)) \(others.count == 1 ? "has" : "have") one"
  }

  static let pinnedUpdate = WorkspaceCheck(
    Rule(
      "auto-update-pinned", "An image that is replaced has a name that moves.",
      Explanation(
        """
        A digest names one image for ever: there is never a newer one of that name. With a tag of one \
        release there is none either, unless its maker moves it.
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
        help: "remove 'auto_update', or name the image by a tag",
        notes: [.init(SourceLocation(profile.source, image.range), "the image is named here")])
    }
  }

  static let updateOfNoRegistry = WorkspaceCheck(
    Rule(
      "auto-update-registry", "An image that a registry replaces names its registry.",
      Explanation(
        """
        Podman refuses to make a container that is to be updated from an image whose name has no \
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
        "the image of '\(instance.name.value.text)' is '\(image.value.text)', which names no registry",
        help: "write 'docker.io/\(image.value.text)' in the profile, if it comes from there",
        notes: [.init(SourceLocation(profile.source, image.range), "the image is named here")])
    }
  }
}
