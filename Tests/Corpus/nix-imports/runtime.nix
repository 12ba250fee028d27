# Options of Docker in a container of Podman, and two words in one text.
{ config, lib, ... }:
{
  config = lib.mkIf config.machine.nvidia {
    virtualisation.oci-containers = {
      backend = "podman";
      containers.chat = {
        image = "vllm/vllm-openai:v0.31.0";
        cmd = [ "--model" "Qwen/Qwen3-8B" ];
        ports = [ "127.0.0.1:8000:8000" ];
        extraOptions = [ "--runtime" "nvidia" "--ipc=host" "-v /data/models:/root/.cache/huggingface" ];
      };
    };
  };
}
