import Deployments

extension ServerLog {
  /// What Podman says, and what every server may say as it ends.
  static let ofEngine = ServerLog(
    [
      // containers/image, copy: a fetch begins, and each layer.
      .pullingImage: ["trying to pull ", "getting image source signatures", "copying blob "]
    ],
    causes: [
      Cause(["statfs "], "a file or folder that is mounted does not exist"),
      Cause(
        [
          "401 client error", "403 client error", "401 unauthorized", "403 forbidden",
          "gatedrepoerror", "gated repo", "status code 401", "status code 403",
        ], "the hub refuses the model: accept its terms, and check the token"),
      Cause(
        ["out of memory", "outofmemory", "not enough memory", "cannot allocate memory"],
        "the model does not fit into memory: lower its context, or choose a smaller quantization"),
      Cause(
        ["address already in use", "port is already allocated"],
        "another program has the port: 'amm doctor' tells which"),
      Cause(
        ["no space left on device"], "the disk is full: 'podman system df' shows what takes it"),
      Cause(
        ["unresolvable cdi devices"],
        "Podman does not know the GPU: 'nvidia-ctk cdi generate' describes it"),
      Cause(
        ["manifest unknown", "name unknown", "requested access to the resource is denied"],
        "there is no such image, or it is not public: check 'container.image'"),
      Cause(
        ["no such secret", "no secret with name"],
        "the Podman secret is missing: 'podman secret create NAME FILE'"),
      Cause(
        [
          "temporary failure in name resolution", "network is unreachable", "no such host",
          "could not resolve host",
        ], "there is no network"),
      Cause(["no such file or directory"], "a file is missing"),
    ],
    // podman-run(1), "Exit Status"; 128 and a signal's number for what a signal ended.
    exits: [
      125: "Podman itself failed: its message stands in the journal",
      126: "the program in the image cannot be started",
      127: "the image has no such program",
      132: "the program has instructions that this processor lacks",
      134: "the program found a mistake of its own and gave up",
      137: "it was killed: most likely out of memory, or it did not stop in time",
      139: "the program crashed",
      143: "it was told to stop",
    ])
}
