# Values of the system in every place.
{ config, opts, my-image, ... }:
{
  virtualisation.oci-containers.containers = {
    chat = {
      image = "vllm/vllm-openai:v0.31.0";
      cmd = [ "--model" "Qwen/Qwen3-8B" "--max-model-len" opts.length ];
      ports = [ "${opts.ports.vllm}:8000" ];
      volumes = [ "${opts.paths.hf}:/root/.cache/huggingface" "${opts.paths.templates}/chat:/templates:ro" ];
      extraOptions = [ "--device=nvidia.com/gpu=all" "--ipc=host" "--shm-size=${opts.shm}" ];
      environment = { TZ = opts.timeZone; VLLM_LOGGING_LEVEL = "DEBUG"; };
    };
    bound = {
      image = "vllm/vllm-openai:${config.my.version}";
      cmd = [ "Qwen/Qwen3-4B" ];
      ports = [ "${config.my.address}:8001:8000" ];
      volumes = [ "${config.my.a}:${config.my.b}" "models:${config.my.c}:ro" ];
      devices = config.my.devices;
      labels = config.my.labels;
      extraOptions = [ "--ipc=host" ];
    };
    open = {
      image = "vllm/vllm-openai:v0.31.0";
      cmd = [ "Qwen/Qwen3-1.7B" ];
      ports = [ "8003:${toString config.my.port}" config.my.publish ];
      devices = [ "nvidia.com/gpu=all" ];
    };
    files = {
      image = "ghcr.io/ggml-org/llama.cpp:server-cuda-b11334";
      cmd = [ "-m" "/models/qwen3-8b.gguf" ];
      volumes = [ "${opts.paths.models}:/models:ro" ];
      devices = [ "nvidia.com/gpu=all" ];
    };
    own = {
      image = my-image;
      cmd = [ "vllm" "serve" "Qwen/Qwen3-0.6B" ];
      ports = config.my.ports;
      user = config.my.user;
    };
  };
}
