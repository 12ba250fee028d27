package import Diagnostics

/// What a profile or an instance can break in a policy.
package enum PolicyRules {
  static let runtime = Rule(
    "policy-runtime", "The profile's runtime is one that the policy allows.",
    Explanation(
      "Whoever keeps the policy decides which programs run on the machine.",
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
    "policy-model", "The model is one that the policy allows, or of an owner that it allows.",
    Explanation(
      "A name on a hub belongs to whoever registered it; the policy says whose are trusted.",
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
    "policy-revision", "Each model is pinned where the policy wants it.",
    Explanation(
      """
      A branch is whatever its owner uploads next. A commit in 'source.revision' or an entry of \
      'models.lock.json' is one state of the files, and a second model beside the first has neither.
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
    "policy-remote-code", "Code of a model's repository runs only as the policy allows.",
    Explanation(
      """
      The repository's Python code runs with the model's cache and the token at hand. A policy that \
      says nothing of it allows none.
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
    "The model's licence is one that the policy allows, and somebody verified it.",
    Explanation(
      """
      A lock in the workspace is written by those who change it. Its licences count once this user's amm saw \
      them at the hub ('amm lock'), or where the policy's own 'lock' says the same.
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
    "policy-size", "The model and its context are no larger than the policy allows.",
    Explanation(
      """
      A machine that many people use has room for so much. A size that nobody knows is refused: a lock says \
      what a model weighs.
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
    "policy-image", "Images come from where the policy allows.",
    Explanation(
      "An image is a program: it does on the machine what its maker wants.",
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
    "policy-digest", "Images are pinned to a digest where the policy wants it.",
    Explanation(
      "A tag can be moved to another image; a digest is one image for ever. 'amm lock' fills it in.",
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
    "policy-mount", "Only folders that the policy allows are mounted.",
    Explanation(
      "A server reads what is mounted, and so does whoever asks it. Links are followed before a path is judged.",
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
    "policy-port", "Instances open ports and addresses that the policy allows.",
    Explanation(
      "A server without a key answers everybody who reaches its port.",
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
    "policy-door", "What amm cannot judge is used only where the policy allows it.",
    Explanation(
      """
      Arguments, variables and keys of units reach the server as they are, and can undo all else that a \
      policy says. Each is forbidden until the policy allows it.
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
  /// That a policy lies where those whom it judges can change it.
  package static let within = Rule(
    "policy-within", .warning,
    "The policy lies where those who change the workspace cannot change it.",
    Explanation(
      "A policy in the workspace that it judges can be changed together with what it forbids.",
      wrong: "amm validate --policy policy.yaml    # a file of the workspace",
      right: "amm validate --policy /etc/amm/policy.yaml"))

  /// Every rule of this file, for the reference.
  package static let all = [
    runtime, model, revision, remoteCode, license, size, image, digest, mount, port, door, within,
  ]
}
