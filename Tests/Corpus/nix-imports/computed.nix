# Servers that a function makes, with the values of an own option.
{ config, lib, ... }:
let
  cfg = config.services.models;
  models = {
    small = {
      port = 8001;
      model = "Qwen/Qwen3-4B";
    };
    large = {
      port = 8002;
      model = "Qwen/Qwen3-32B";
    };
  };
in
{
  options.services.models = {
    enable = lib.mkEnableOption "models";
    image = lib.mkOption {
      type = lib.types.str;
      default = "docker.io/vllm/vllm-openai:v0.31.0";
    };
    length = lib.mkOption {
      type = lib.types.int;
      default = 8192;
    };
  };

  config = lib.mkIf cfg.enable {
    services.podman.containers = lib.mapAttrs (name: model: {
      inherit (cfg) image;
      exec = ''
        ${model.model} \
          --max-model-len ${toString cfg.length} \
          --served-model-name ${name}
      '';
      ports = [ "127.0.0.1:${toString model.port}:8000" ];
      devices = lib.optionals (name == "large") [ "nvidia.com/gpu=all" ];
      environment = lib.mkMerge [
        { VLLM_LOGGING_LEVEL = "DEBUG"; }
        (lib.mkIf (name == "small") { CUDA_VISIBLE_DEVICES = lib.mkForce 0; })
      ];
    }) models;
  };
}
