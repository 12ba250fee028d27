{ config, pkgs, ... }:
let
  inherit (config.virtualisation.quadlet) networks;
in
{
  virtualisation.quadlet.containers = {
    embed = {
      autoStart = false;
      containerConfig = {
        image = "ghcr.io/huggingface/text-embeddings-inference:89-1.9";
        exec = [ "--model-id" "BAAI/bge-m3" "--port" "8080" ];
        publishPorts = [ "127.0.0.1:8002:8080" ];
        devices = [ "nvidia.com/gpu=all" ];
        environments = { HF_HOME = "/data"; RUST_LOG = "info,text embeddings=debug"; };
        shmSize = "1g";
        publishPort = [ "9:9" ];
      };
      serviceConfig = { TimeoutStartSec = 900; Nice = 5; Restart = "always"; };
      unitConfig.After = [ "network-online.target" ];
    };
  };
}
