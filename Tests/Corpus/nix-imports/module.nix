{ config, lib, pkgs, ... }:
let
  cfg = config.services.myai;
  port = 8001;
  mk = name: model: {
    image = "docker.io/vllm/vllm-openai:v0.31.0";
    exec = "${model} --max-model-len 8192";
    ports = [ "127.0.0.1:${toString port}:8000" ];
    devices = [ "nvidia.com/gpu=all" ];
  };
in
{
  options.services.myai.enable = lib.mkEnableOption "x";
  config = lib.mkIf cfg.enable {
    services.podman = {
      enable = true;
      containers = lib.mkMerge [
        {
          chat = (mk "chat" "Qwen/Qwen3-8B") // {
            environmentFile = [ config.sops.secrets."hf-token".path ];
            volumes = [ "${config.home.homeDirectory}/.cache/huggingface:/root/.cache/huggingface" ];
            extraPodmanArgs = lib.mkDefault [ "--ipc=host" ];
          };
        }
        (lib.mkIf false { other = { image = "x"; }; })
      ];
    };
  };
}
