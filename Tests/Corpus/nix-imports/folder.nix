# The folder of the models.
folder:
{ pkgs, ... }: {
  virtualisation.oci-containers.containers.chat = {
    image = "vllm/vllm-openai:v0.31.0";
    cmd = [ "Qwen/Qwen3-8B" ];
    ports = [ "127.0.0.1:8000:8000" ];
    volumes = [ "${folder}:/root/.cache/huggingface" ];
    extraOptions = [ "--device=nvidia.com/gpu=all" "--ipc=host" ];
  };
}
