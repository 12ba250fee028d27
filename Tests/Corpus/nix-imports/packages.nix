# Packages and functions that only the system has.
{ config, inputs, lib, pkgs, opts, ... }:
let
  unstable = import inputs.nixpkgs-unstable { inherit (pkgs) system; };
  channel = import <nixos-unstable> { config.allowUnfree = true; };
  pinned = import (builtins.fetchTarball "https://example.org/nixpkgs.tar.gz") { };
  model = pkgs.fetchurl {
    url = "https://huggingface.co/bartowski/Qwen_Qwen3-8B-GGUF/resolve/main/Qwen_Qwen3-8B-Q4_K_M.gguf";
    hash = lib.fakeHash;
  };
  image = pkgs.dockerTools.buildImage {
    name = "localhost/llm";
    copyToRoot = [ pkgs.cacert (lib.hiPrio pkgs.llama-swap) ];
    config.Entrypoint = [ "/bin/llama-swap" ];
  };
  inherit (config.services.llm) user;
in
{
  services.ollama = {
    enable = true;
    package = config.lib.nixGL.wrap unstable.ollama;
    loadModels = with opts.models; [ "qwen3:8b" small ];
  };
  services.llama-cpp = {
    enable = true;
    package = (pinned.llama-cpp.override { rocmSupport = true; }).overrideAttrs (old: { patches = old.patches ++ [ ]; });
    model = "${model}";
    extraFlags = [ "--threads" (toString (lib.toInt "4")) "--alias" user ];
  };
  systemd.services.llama-cpp = {
    environment = { HSA_OVERRIDE_GFX_VERSION = "10.3.0"; LLAMA_ARG_CTX_SIZE = "4096"; };
    serviceConfig.User = "me";
  };
  virtualisation.oci-containers.containers.own = {
    image = "localhost/llm:latest";
    imageFile = image;
    imageStream = channel.dockerTools.streamLayeredImage { name = "x"; };
    environmentFiles = [ config.age.secrets.hf-token.path ];
  };
}
