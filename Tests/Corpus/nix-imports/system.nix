{ pkgs, lib, ... }:
with lib;
{
  imports = [ ./hardware.nix ];
  virtualisation.oci-containers = {
    backend = "podman";
    containers."llm" = {
      image = "ghcr.io/ggml-org/llama.cpp:server-cuda-b9110";
      autoStart = true;
      ports = [ "127.0.0.1:8080:8080" ];
      volumes = [ "/var/lib/models:/models:ro" ];
      cmd = [ "-m" "/models/qwen3-8b.gguf" "--ctx-size" (toString 8192) ] ++ optionals pkgs.stdenv.isLinux [ "--flash-attn" "on" ];
      extraOptions = [ "--device=nvidia.com/gpu=all" ];
      environmentFiles = [ "/run/secrets/llm.env" ];
    };
  };
  services.ollama = { enable = true; acceleration = "cuda"; loadModels = [ "qwen3:8b" ]; package = pkgs.ollama-cuda; };
  home-manager.users.me = { pkgs, ... }: { services.podman.containers.tts = { image = "x"; }; };
}
