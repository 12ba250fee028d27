package import Diagnostics

/// The rules for violations of a policy.
package enum PolicyRules {
  static let runtime = Rule(
    "policy-runtime", "The policy does not allow the profile's runtime.",
    Explanation(
      "The policy's owner decides which programs run on the machine.",
      wrong: """
        # policy.yaml
        runtimes: [tgi]
        # profiles/coding/demo.yaml
        container: {runtime: vllm}
        """,
      right: """
        # policy.yaml
        runtimes: [tgi]
        # profiles/coding/demo.yaml
        container: {runtime: tgi}
        """))
  static let model = Rule(
    "policy-model", "The policy does not allow the model or its owner.",
    Explanation(
      "Anyone can register a name on a hub. The policy lists the owners and models that are trusted.",
      wrong: """
        # policy.yaml
        models: [Qwen]
        # profiles/coding/demo.yaml
        source: {type: huggingface, model_id: Qwen-community/Qwen3-8B}
        """,
      right: """
        # policy.yaml
        models: [Qwen]
        # profiles/coding/demo.yaml
        source: {type: huggingface, model_id: Qwen/Qwen3-8B}
        """))
  static let revision = Rule(
    "policy-revision", "The model is not pinned, but the policy requires it.",
    Explanation(
      """
      A branch changes when its owner uploads new files. A commit in 'source.revision' or an entry \
      in 'models.lock.json' pins one state of the files. A second model in a profile has neither.
      """,
      wrong: """
        # policy.yaml
        revisions: pinned
        # profiles/coding/demo.yaml
        source: {type: huggingface, model_id: org/model, revision: main}
        """,
      right: """
        # policy.yaml
        revisions: pinned
        # profiles/coding/demo.yaml
        source: {type: huggingface, model_id: org/model, revision: 0123456789abcdef0123456789abcdef01234567}
        """))
  static let remoteCode = Rule(
    "policy-remote-code", "The policy does not allow code from the model's repository to run.",
    Explanation(
      """
      Python code from the repository runs with access to the model cache and the token. A policy \
      without 'remote_code' does not allow it.
      """,
      wrong: """
        # policy.yaml
        remote_code: never
        # profiles/coding/demo.yaml
        source: {type: huggingface, model_id: org/model, revision: 0123456789abcdef0123456789abcdef01234567}
        container: {runtime: vllm}
        vllm: {trust_remote_code: true}
        """,
      right: """
        # policy.yaml
        remote_code: pinned
        # profiles/coding/demo.yaml
        source: {type: huggingface, model_id: org/model, revision: 0123456789abcdef0123456789abcdef01234567}
        container: {runtime: vllm}
        vllm: {trust_remote_code: true}
        """))
  static let license = Rule(
    "policy-license",
    "The model's licence is not verified, or the policy does not allow it.",
    Explanation(
      """
      Contributors can edit a lock in the workspace. Its licences count as verified only if this \
      user's amm read them from the hub ('amm lock'), or if the policy's own 'lock' has the same \
      entry.
      """,
      wrong: """
        # policy.yaml
        licenses: [apache-2.0]
        # profiles/coding/demo.yaml
        source: {type: huggingface, model_id: org/model}
        """,
      right: """
        # policy.yaml
        models: [org]
        # profiles/coding/demo.yaml
        source: {type: huggingface, model_id: org/model}
        """))
  static let size = Rule(
    "policy-size",
    "The model or its context is larger than the policy allows, or its size is not verified.",
    Explanation(
      """
      A shared machine has limited memory. A model of unknown size is refused. A lock records the \
      size of the model's weights.
      """,
      wrong: """
        # policy.yaml
        context_length: 16384
        # profiles/coding/demo.yaml
        container: {runtime: vllm}
        parameters: {context_length: 32768}
        """,
      right: """
        # policy.yaml
        context_length: 16384
        # profiles/coding/demo.yaml
        container: {runtime: vllm}
        parameters: {context_length: 16384}
        """))
  static let image = Rule(
    "policy-image", "The policy does not allow the image.",
    Explanation(
      "An image is a program, and its publisher decides what it does on the machine.",
      wrong: """
        # policy.yaml
        images: [docker.io/vllm]
        # profiles/coding/demo.yaml
        container: {runtime: vllm, image: "docker.io/vllm-fork/vllm-openai:v0.31.0"}
        """,
      right: """
        # policy.yaml
        images: [docker.io/vllm]
        # profiles/coding/demo.yaml
        container: {runtime: vllm, image: "docker.io/vllm/vllm-openai:v0.31.0"}
        """))
  static let digest = Rule(
    "policy-digest", "The image is not pinned to a digest, but the policy requires it.",
    Explanation(
      "A tag can move to another image. A digest always means the same image. 'amm lock' records it.",
      wrong: """
        # policy.yaml
        digests: required
        # profiles/coding/demo.yaml
        container: {runtime: vllm}
        """,
      right: """
        # policy.yaml
        digests: required
        # profiles/coding/demo.yaml
        container:
          runtime: vllm
          image: "docker.io/vllm/vllm-openai:v0.31.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        """))
  static let mount = Rule(
    "policy-mount", "The policy does not allow the mounted folder or volume.",
    Explanation(
      "A server can read what is mounted, and so can its clients. amm resolves links before it checks a path.",
      wrong: """
        # policy.yaml
        mounts: [/srv/models]
        # instances.yaml
        instances:
          main: {port: 8080, volumes: ["/srv/other:/extra:ro"]}
        """,
      right: """
        # policy.yaml
        mounts: [/srv/models]
        # instances.yaml
        instances:
          main: {port: 8080, volumes: ["/srv/models/extra:/extra:ro"]}
        """))
  static let port = Rule(
    "policy-port", "The policy does not allow the port or address that the instance opens.",
    Explanation(
      "A server without a key answers everyone who can reach its port.",
      wrong: """
        # policy.yaml
        ports: 8000-8099
        # instances.yaml
        instances:
          main: {port: 9000}
        """,
      right: """
        # policy.yaml
        ports: 8000-8099
        # instances.yaml
        instances:
          main: {port: 8080}
        """))
  static let door = Rule(
    "policy-door", "The policy does not allow a setting that amm cannot check.",
    Explanation(
      """
      Arguments, variables and unit keys reach the server unchecked and can bypass every other \
      rule of a policy. Each kind is forbidden unless the policy allows it.
      """,
      wrong: """
        # policy.yaml
        environment: forbidden
        # profiles/coding/demo.yaml
        environment: {LD_PRELOAD: /tmp/x.so}
        """,
      right: """
        # policy.yaml
        environment: allowed
        # profiles/coding/demo.yaml
        environment: {OMP_NUM_THREADS: 4}
        """))
  /// The policy is in the workspace, where contributors can change it.
  package static let within = Rule(
    "policy-within", .warning,
    "The policy is in the workspace that it applies to.",
    Explanation(
      "Contributors can change a policy in the workspace together with the files that it applies to.",
      wrong: "amm validate --policy policy.yaml    # a file of the workspace",
      right: "amm validate --policy /etc/amm/policy.yaml"))

  /// All rules of this file, for the reference.
  package static let all = [
    runtime, model, revision, remoteCode, license, size, image, digest, mount, port, door, within,
  ]
}
