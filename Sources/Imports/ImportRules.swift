package import Diagnostics

/// The rules for what other tools' files get wrong.
package enum ImportRules {
  /// All rules, in the order of the page of diagnostics.
  package static let all = [
    key, unit, value, refused, object, variable, unread, cache, secret, gpus, sharedMemory, port,
    open,
    probe,
    program, model, shell, taken, unreadable,
  ]

  static let key = Rule(
    "import-key", .warning, "The tool has no such key.",
    Explanation(
      """
      The key is misspelt, or in the wrong section. systemd and llama-swap ignore it, so it has no effect. \
      What Compose and Podman's generator do not have is an error, because they refuse the entire file.
      """,
      wrong: """
        # chat.service
        [Service]
        ExecStart=/usr/bin/llama-server -m /srv/models/chat.gguf --port 8080
        Restrat=always
        """,
      right: """
        # chat.service
        [Service]
        ExecStart=/usr/bin/llama-server -m /srv/models/chat.gguf --port 8080
        Restart=always
        """,
      source: "systemd 257, systemd.unit(5), systemd.service(5); llama-swap v250"))

  static let value = Rule(
    "import-value", .warning, "The tool or the server does not accept a value.",
    Explanation(
      """
      Compose, Podman's generator or the server refuses the value, or reads another one. A JSON object needs \
      its double quotes, which a shell removes unless the entire object is in single quotes.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B, --limit-mm-per-prompt, "{image:2}"]
            gpus: all
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B, --limit-mm-per-prompt, '{"image": 2}']
            gpus: all
        """,
      source: "compose-spec, 05-services.md; Podman 5.8, podman-systemd.unit(5)"))

  static let unread = Rule(
    "import-unread", .warning, "The server does not read a variable.",
    Explanation(
      """
      The variable has the name of an option, but the server reads options from its command only. It starts \
      with the default.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            environment: {MAX_MODEL_LEN: "8192"}
            gpus: all
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B, --max-model-len, "8192"]
            gpus: all
        """))

  static let sharedMemory = Rule(
    "import-shm", .warning, "A model is split over GPUs in a container with little shared memory.",
    Explanation(
      """
      The processes of one server exchange data in /dev/shm. Engines give a container 64 MB of it, and the \
      server then stops while it starts, or under load.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-32B, --tensor-parallel-size, "2"]
            gpus: all
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-32B, --tensor-parallel-size, "2"]
            gpus: all
            ipc: host
        """,
      source: "vLLM 0.31, docs/deployment/docker.md; TGI 3.3.7, README.md"))

  static let port = Rule(
    "import-port", .warning, "No server listens on a port that the container opens.",
    Explanation(
      """
      The container's port must be the one that the server listens on, and the server must listen on all \
      addresses of its container: 127.0.0.1 is the container itself.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            ports: ["8080:8080"]
            gpus: all
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            ports: ["8080:8000"]
            gpus: all
        """))

  static let variable = Rule(
    "import-variable", .warning, "A variable of the file is not set.",
    Explanation(
      """
      Compose replaces the variable with nothing, and the server gets an empty value or argument. Variables \
      come from '.env' next to the file and from the shell.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [--model, "${MODEL}"]
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [--model, "${MODEL:-Qwen/Qwen3-8B}"]
        """,
      source: "compose-spec, 12-interpolation.md"))

  static let cache = Rule(
    "import-cache", .warning, "The models' folder is mounted where the image does not look.",
    Explanation(
      """
      The server downloads the model into its container, and again after each start, while the mounted \
      folder stays empty.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            volumes: ["~/.cache/huggingface:/huggingface"]
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            volumes: ["~/.cache/huggingface:/root/.cache/huggingface"]
        """))

  static let secret = Rule(
    "import-secret", .warning, "A token or key is written into the file.",
    Explanation(
      """
      Everyone who can read the file can use it, and 'podman inspect' shows it. amm never writes it: the \
      instance names a secret that you create.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B, --api-key, hunter2hunter2]
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            env_file: chat.env  # with VLLM_API_KEY
        """))

  static let gpus = Rule(
    "import-gpus", .warning, "A container gets no GPU, but its image needs one.",
    Explanation(
      """
      Without a reservation, a container sees no GPU. The server exits when it starts, because its image \
      computes on NVIDIA's GPUs only.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            gpus: all
        """))

  static let program = Rule(
    "import-program", .warning, "A command names the program that its image starts.",
    Explanation(
      """
      The image's entry point is the server, and the command follows it. The server then gets its own name \
      as an argument, and does not start.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: vllm serve Qwen/Qwen3-8B
            gpus: all
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: Qwen/Qwen3-8B
            gpus: all
        """,
      source: "the images' Dockerfiles (ENTRYPOINT)"))

  static let model = Rule(
    "import-model", .warning, "The file does not say which model a server serves.",
    Explanation(
      """
      Without one, TGI, TEI and SGLang stop, and vLLM serves a tiny model for trials. llama.cpp waits for \
      the first request to name one.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [--max-model-len, "8192"]
            gpus: all
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
        """))
}
