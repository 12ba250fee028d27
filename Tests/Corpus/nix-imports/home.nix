# Values of the system in the modules that write quadlet files.
{ config, opts, ... }:
{
  services.podman.containers.chat = {
    image = "docker.io/vllm/vllm-openai:v0.31.0";
    exec = "Qwen/Qwen3-8B --max-model-len ${opts.length}";
    ports = [ "${opts.ports.vllm}:8000" ];
    volumes = [ "${opts.paths.hf}:/root/.cache/huggingface" ];
    devices = [ "nvidia.com/gpu=all" ];
    extraPodmanArgs = [ "--ipc=host" ];
    environment = { TZ = opts.timeZone; };
  };
  virtualisation.quadlet.containers.embed.containerConfig = {
    image = "ghcr.io/huggingface/text-embeddings-inference:${opts.tag}";
    exec = [ "--model-id" "BAAI/bge-m3" ];
    publishPorts = [ "${opts.ports.tei}:80" ];
    volumes = [ "${opts.paths.tei}:/data" ];
    devices = [ "nvidia.com/gpu=all" ];
  };
}
