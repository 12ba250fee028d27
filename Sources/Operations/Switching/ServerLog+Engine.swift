import Deployments

extension ServerLog {
  /// Messages of Podman, and messages that any server can print before it ends.
  static let ofEngine = ServerLog(
    [
      // containers/image, copy: the start of a pull, and each layer.
      .pullingImage: ["trying to pull ", "getting image source signatures", "copying blob "]
    ],
    causes: [
      Cause(["statfs "], "a mounted file or folder does not exist"),
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
        "another program uses the port: 'amm doctor' shows which"),
      Cause(
        ["no space left on device"], "the disk is full: 'podman system df' shows what uses it"),
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
      Cause(["no such file or directory"], "a file does not exist"),
    ],
    // podman-run(1), "Exit Status"; 128 plus the number of the signal that ended it.
    exits: [
      125: "Podman itself failed: its message is in the journal",
      126: "the program in the image cannot be started",
      127: "the image has no such program",
      132: "the program uses instructions that this processor does not have",
      134: "the program aborted after an internal error",
      137: "it was killed: most likely out of memory, or it did not stop in time",
      139: "the program crashed",
      143: "it received a signal to stop",
    ])
}
