# A variable that the server does not read, and a preset of models.
{ ... }:
{
  virtualisation.oci-containers.containers = {
    chat = {
      image = "ghcr.io/ggml-org/llama.cpp:server-cuda-b11334";
      cmd = [ "-hf" "ggml-org/gpt-oss-20b-GGUF" ];
      environment.LLAMA_ARG_TEMP = "0.6";
      ports = [ "127.0.0.1:8080:8080" ];
      devices = [ "nvidia.com/gpu=all" ];
    };
    router = {
      image = "ghcr.io/ggml-org/llama.cpp:server-cuda-b11334";
      cmd = [ "--models-preset" "/models.ini" "--models-max" "1" ];
      volumes = [ "/srv/models.ini:/models.ini:ro" "/srv/models:/models:ro" ];
      ports = [ "127.0.0.1:8081:8080" ];
      devices = [ "nvidia.com/gpu=all" ];
    };
  };
  services.ollama = {
    enable = true;
    host = "0.0.0.0";
    loadModels = [ "qwen3:8b" ];
  };
  systemd.services.ollama.environment.OLLAMA_CONTEXT_LENGTH = "16384";
}
