import Targets

/// What a new workspace has besides profiles.
enum WorkspaceTemplate {
  static let links: [(instance: String, profile: String)] = [
    ("tgi-primary", "coding/deepseek-coder"),
    ("tgi-secondary", "coding/starcoder2"),
    ("tgi-experimental", "chat/mistral"),
    ("ollama-default", "chat/phi4"),
  ]

  /// The file `instances.yaml`.
  ///
  /// - Parameter podman: The release that this machine has; nil where none answered.
  static func instances(for podman: PodmanVersion?) -> String {
    guard let podman else { return instances }
    return instances.replacing(
      "# podman: \"5.4\"         # what 'podman --version' says; newer keys are used from then on",
      with: "podman: \"\(podman.text)\"           # what 'podman --version' says on this machine")
  }

  static let instances = """
    # The model servers of this machine. Which profile each of them serves says the link
    # active/<instance>.yaml; 'amm validate' checks it all, 'amm generate' writes generated/.
    version: 1

    # The Podman network that all instances join.
    network: local-ai

    # What the machine has; with it, amm tells when instances need more.
    # host:
    #   gpus:
    #     - {device: nvidia.com/gpu=0, memory: 24GB}
    #   ram: 64GB
    #   cpu_cores: 16

    # What holds for every instance that does not say otherwise.
    defaults:
      gpus: [nvidia]          # or [amd], [nvidia.com/gpu=0], [] for none
      # podman: "5.4"         # what 'podman --version' says; newer keys are used from then on
      # token: {secret: hf-token}   # for gated models: podman secret create hf-token FILE

    # Names are yours to choose; an instance serves any runtime's profiles unless it names those that it
    # takes ('runtimes: [vllm]').
    instances:
      tgi-primary:
        port: 8080
        description: Primary instance for coding tasks
      tgi-secondary:
        port: 8085
        description: Second instance for comparison
        auto_start: false
      tgi-experimental:
        port: 8090
        description: Experimental instance for testing
        auto_start: false
      ollama-default:
        port: 11434
        description: Ollama server
        runtimes: [ollama]

    """
}
