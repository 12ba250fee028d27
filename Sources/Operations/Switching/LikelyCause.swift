/// What a server's last words most likely mean, for the failures that people meet most.
package enum LikelyCause {
  /// Words in lower case; the more particular ones come first.
  private static let causes: [(words: [String], sentence: String)] = [
    (["statfs "], "a file or folder that is mounted does not exist"),
    (
      [
        "401 client error", "403 client error", "401 unauthorized", "403 forbidden",
        "gatedrepoerror", "gated repo", "status code 401", "status code 403",
      ],
      "the hub refuses the model: accept its terms, and check the token"
    ),
    (
      ["out of memory", "outofmemory", "not enough memory", "cannot allocate memory"],
      "the model does not fit into memory: lower its context, or choose a smaller quantization"
    ),
    (
      ["address already in use", "port is already allocated"],
      "another program has the port: 'amm doctor' tells which"
    ),
    (["no space left on device"], "the disk is full: 'podman system df' shows what takes it"),
    (
      ["unresolvable cdi devices"],
      "Podman does not know the GPU: 'nvidia-ctk cdi generate' describes it"
    ),
    (
      ["manifest unknown", "name unknown", "requested access to the resource is denied"],
      "there is no such image, or it is not public: check 'container.image'"
    ),
    (
      ["no such secret", "no secret with name"],
      "the Podman secret is missing: 'podman secret create NAME FILE'"
    ),
    (
      [
        "temporary failure in name resolution", "network is unreachable", "no such host",
        "could not resolve host",
      ],
      "there is no network"
    ),
    (["no such file or directory"], "a file is missing"),
  ]

  /// A sentence; nil where the words say nothing known.
  package static func of(_ journal: String) -> String? {
    let text = journal.lowercased()
    return causes.first { $0.words.contains { text.contains($0) } }?.sentence
  }
}
