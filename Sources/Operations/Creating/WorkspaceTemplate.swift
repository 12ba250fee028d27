import Targets

/// The content of a new workspace besides its profiles.
enum WorkspaceTemplate {
  static let links: [(instance: String, profile: String)] = [
    ("tgi-primary", "coding/deepseek-coder"),
    ("tgi-secondary", "coding/starcoder2"),
    ("tgi-experimental", "chat/mistral"),
    ("ollama-default", "chat/phi4"),
  ]

  /// Returns the text of `instances.yaml`.
  ///
  /// - Parameter podman: The version of Podman on this machine; nil if it is not available.
  static func instances(for podman: PodmanVersion?) -> String {
    guard let podman else { return instances }
    return instances.replacing(
      "# podman: \"5.4\"         # from 'podman --version'; newer versions enable newer keys",
      with: "podman: \"\(podman.text)\"           # from 'podman --version' on this machine")
  }

  static let instances = """
    # The model servers of this machine. The link active/<instance>.yaml selects the profile that
    # each instance serves. 'amm validate' checks everything, 'amm generate' writes generated/.
    version: 1

    # The Podman network that all instances join.
    network: local-ai

    # The hardware of this machine. With it, amm reports when instances need more.
    # host:
    #   gpus:
    #     - {device: nvidia.com/gpu=0, memory: 24GB}
    #   ram: 64GB
    #   cpu_cores: 16

    # Defaults for all instances. Each instance can override them.
    defaults:
      gpus: [nvidia]          # or [amd], [nvidia.com/gpu=0], [] for none
      # podman: "5.4"         # from 'podman --version'; newer versions enable newer keys
      # token: {secret: hf-token}   # for gated models: podman secret create hf-token FILE

    # Choose the names freely. An instance serves profiles of any runtime, unless 'runtimes: [vllm]'
    # limits it to some.
    instances:
      tgi-primary:
        port: 8080
        description: Primary instance for coding tasks
      tgi-secondary:
        port: 8085
        description: Second instance for comparison
        start: manual
      tgi-experimental:
        port: 8090
        description: Experimental instance for testing
        start: manual
      ollama-default:
        port: 11434
        description: Ollama server
        runtimes: [ollama]

    """
}
