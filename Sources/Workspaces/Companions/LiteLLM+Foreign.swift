import Deployments

/// LiteLLM's proxy in files of other tools (litellm/proxy/proxy_cli.py, proxy_server.py).
extension LiteLLM {
  static let foreign: CompanionWords = {
    var words = CompanionWords()
    words.images = ["litellm", "litellm-database", "litellm-non_root"]
    words.programs = [
      ["litellm"], ["docker/prod_entrypoint.sh"], ["/app/docker/prod_entrypoint.sh"],
    ]
    words.ports = ["PORT", "--port"]
    words.keyVariable = masterKey.text
    words.configurations = [configuration]
    words.configurationPaths = ["CONFIG_FILE_PATH", "--config", "-c"]
    words.model = "--model"
    words.address = "--api_base"
    words.providers = [
      "openai": ["OPENAI_API_BASE", "OPENAI_BASE_URL"], "hosted_vllm": ["HOSTED_VLLM_API_BASE"],
      "ollama": ["OLLAMA_API_BASE"], "ollama_chat": ["OLLAMA_API_BASE"],
    ]
    words.options = [
      "--host", "--num_workers", "--api_version", "--alias", "--add_key", "--headers",
      "--temperature", "--max_tokens", "--request_timeout", "--max_budget", "--telemetry",
      "--ssl_keyfile_path", "--ssl_certfile_path", "--log_config", "--keepalive_timeout",
    ]
    words.settings = [("LITELLM_OFFLINE_MODE", "true")]
    words.connections = [
      .init(
        task: .chat,
        addresses: [
          "OPENAI_API_BASE", "OPENAI_BASE_URL", "OLLAMA_API_BASE", "HOSTED_VLLM_API_BASE",
        ],
        keys: ["OPENAI_API_KEY", "HOSTED_VLLM_API_KEY", "OLLAMA_API_KEY"])
    ]
    return words
  }()
}
