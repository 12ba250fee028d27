/// What a server's last words most likely mean, for the failures that people meet most.
enum LikelyCause {
  private static let causes: [(words: [String], sentence: String)] = [
    (["no such file or directory", "statfs"], "a file or folder that is mounted does not exist"),
    (
      ["401", "403", "gated", "unauthorized"],
      "the hub refuses the model: accept its terms, and check the token"
    ),
    (
      ["out of memory", "cuda out of memory", "not enough memory"],
      "the model does not fit into memory: lower its context, or choose a smaller quantization"
    ),
    (["address already in use", "port is already allocated"], "another program has the port"),
    (["no space left on device"], "the disk is full: 'podman system df' shows what takes it"),
    (
      ["unresolvable cdi devices", "nvidia.com/gpu"],
      "Podman does not know the GPU: 'nvidia-ctk cdi generate' describes it"
    ),
    (
      ["manifest unknown", "name unknown", "denied: "],
      "there is no such image: check 'container.image'"
    ),
    (
      ["no such secret", "no secret with name"],
      "the Podman secret is missing: 'podman secret create NAME FILE'"
    ),
    (["temporary failure in name resolution", "network is unreachable"], "there is no network"),
  ]

  /// A sentence; nil where the words say nothing known.
  static func of(_ journal: String) -> String? {
    let text = journal.lowercased()
    return causes.first { $0.words.contains { text.contains($0) } }?.sentence
  }
}
