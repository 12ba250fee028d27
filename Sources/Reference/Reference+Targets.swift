import Deployments
import Diagnostics
import Profiles
import Targets
import Workspaces
import YAML

/// What each target carries, found by giving it a workspace with one setting.
extension Reference {
  static var targets: String {
    let columns = kinds.map { "`\($0.title)`" }
    let rows = features.map { feature in
      [feature.title] + kinds.map { kind in verdict(on: feature, for: kind) }
    }
    return Markdown.page(
      "What targets carry",
      """
      The kinds of targets under `targets:` in `instances.yaml`, and whether each supports a setting. What it does
      not support is an error at the line of the setting, with the linked rule. The clusters of this table have
      `storage: {access: many}`. [targets.md](../guide/targets.md) explains how to use each kind, and lists the
      settings that mean nothing to a cluster.
      """,
      [
        Markdown.section(
          "Kinds",
          Targets.all.map { kind in
            "- `\(kind.kind)`: \(kind.summary). Formats: "
              + kind.formats.map { "`\($0.name)`" }.joined(separator: ", ") + "."
          }.joined(separator: "\n")),
        Markdown.section("Settings", Markdown.table(["setting"] + columns, rows)),
      ])
  }

  private static let kinds: [(title: String, text: String)] = [
    ("podman", "{kind: podman}"),
    ("podman, system", "{kind: podman, scope: system}"),
    ("compose", "{kind: compose}"),
    ("kubernetes", "{kind: kubernetes, storage: {access: many}}"),
    ("kubernetes, restricted", "{kind: kubernetes, security: restricted, storage: {access: many}}"),
  ]

  /// A setting with the instance or companions that have it, and the runtime that it needs.
  private struct Feature {
    let title: String
    let instance: String
    var companions = ""
    var runtime = "vllm"
  }

  private static let features = [
    Feature(title: "no GPU", instance: "gpus: []"),
    Feature(title: "`gpus: [nvidia]`, all GPUs", instance: "gpus: [nvidia]"),
    Feature(title: "`gpus: [nvidia.com/gpu=0]`", instance: "gpus: [nvidia.com/gpu=0]"),
    Feature(title: "`gpus: 2`", instance: "gpus: 2"),
    Feature(title: "`gpus: [amd=0]`", instance: "gpus: [amd=0]"),
    Feature(title: "`gpus: [intel=0]`", instance: "gpus: [intel=0]"),
    Feature(title: "`gpus: [vulkan]`", instance: "gpus: [vulkan]", runtime: "llama-cpp"),
    Feature(title: "a port below 1024", instance: "gpus: [], port: 80"),
    Feature(title: "`token: NAME`", instance: "gpus: [], token: hf"),
    Feature(
      title: "`token: {secret: NAME, key: KEY}`", instance: "gpus: [], token: {secret: hf, key: K}"),
    Feature(
      title: "`token: {environment_file: /srv/FILE}`",
      instance: "gpus: [], token: {environment_file: /srv/hf.env}"),
    Feature(
      title: "`token: {environment_file: ~/FILE}`",
      instance: "gpus: [], token: {environment_file: ~/hf.env}"),
    Feature(title: "a named volume", instance: "gpus: [], volumes: [\"data:/data\"]"),
    Feature(title: "a folder of the machine", instance: "gpus: [], volumes: [\"/srv/a:/data\"]"),
    Feature(title: "a folder below `~`", instance: "gpus: [], volumes: [\"~/a:/data\"]"),
    Feature(title: "`start: manual`", instance: "gpus: [], start: manual"),
    Feature(title: "`start: on-demand`", instance: "gpus: [], start: on-demand"),
    Feature(title: "`exclusive`", instance: "gpus: [], exclusive: big"),
    Feature(title: "`on_unhealthy: restart`", instance: "gpus: [], on_unhealthy: restart"),
    Feature(title: "`replicas`", instance: "gpus: [], cache: own, replicas: 2"),
    Feature(title: "`span`", instance: "gpus: 1, span: 2"),
    Feature(title: "`limits`", instance: "gpus: [], limits: {ram: 16GB, cpu_cores: 4}"),
    Feature(title: "`shm_size`", instance: "gpus: [], shm_size: 2GB"),
    Feature(title: "`ipc: host`", instance: "gpus: [], ipc: host"),
    Feature(title: "`ulimits`", instance: "gpus: [], ulimits: {memlock: unlimited}"),
    Feature(title: "`user: \"1000\"`", instance: "gpus: [], user: \"1000\""),
    Feature(title: "`read_only`", instance: "gpus: [], read_only: true"),
    Feature(title: "`labels`", instance: "gpus: [], labels: {example.org/team: a}"),
    Feature(title: "`extra_ports`", instance: "gpus: [], extra_ports: [\"9100:9100\"]"),
    Feature(title: "`log_driver`", instance: "gpus: [], log_driver: journald"),
    Feature(title: "`auto_update`", instance: "gpus: [], auto_update: registry"),
    Feature(title: "a model of Ollama", instance: "gpus: []", runtime: "ollama"),
    Feature(
      title: "a companion `open-webui`", instance: "gpus: []",
      companions: "w: {kind: open-webui, port: 3000}"),
    Feature(
      title: "a companion `llama-swap`", instance: "gpus: [], start: manual",
      companions: "w: {kind: llama-swap, port: 9292}"),
  ]

  private static func verdict(
    on feature: Feature, for kind: (title: String, text: String)
  ) -> String {
    let port = feature.instance.contains("port:") ? "" : "port: 8080, "
    let companions = feature.companions.isEmpty ? "" : "companions: {\(feature.companions)}\n"
    let text = """
      version: 1
      targets: {t: \(kind.text)}
      instances: {a: {\(port)\(feature.instance)}}
      \(companions)
      """
    let source = SourceFile(path: "instances.yaml", text: text)
    let type = feature.runtime == "ollama" ? "ollama" : "huggingface"
    let shards = feature.instance.contains("span") ? "parameters: {num_shard: 2}\n" : ""
    let profile = Profile.read(
      SourceFile(
        path: "p.yaml",
        text: """
          name: p
          source: {type: \(type), model_id: a/b}
          container: {runtime: \(feature.runtime)}
          \(shards)
          """))
    guard let profile = profile.value else { preconditionFailure("a profile of the reference") }
    let link = ActiveLink(
      instance: "a", path: "active/a.yaml",
      state: .profile("x/p", ActiveProfile(id: "x/p", profile: profile)))
    let outcome = Composer.compose(source).then { node in
      Workspace.read(
        node, from: source, links: [link],
        location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    }
    let errors = outcome.diagnostics.filter { $0.severity == .error }.map(\.rule.code)
    guard let code = errors.first else { return "yes" }
    return "[no](../diagnostics.md#\(code))"
  }
}
