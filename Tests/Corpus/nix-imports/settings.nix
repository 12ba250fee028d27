# Arguments of llama-server as a set, and packages that are found by the name of the system.
{ config, inputs, lib, pkgs, system, ... }:
let
  unstable = inputs.nixpkgs-unstable.legacyPackages.${pkgs.system};
  other = inputs.models.packages.${system}.default;
  host = inputs.tools.packages.${config.nixpkgs.hostPlatform.system}.server;
in
{
  services.llama-cpp = {
    enable = true;
    package = unstable.llama-cpp.override { cudaSupport = true; };
    openFirewall = true;
    settings = {
      host = "0.0.0.0";
      port = 8081;
      model = "/var/lib/models/qwen3-8b.gguf";
      ctx-size = 16384;
      c = null;
      jinja = true;
      no-webui = false;
      flash-attn = "on";
      override-kv = [ "a=int:1" "b=int:2" ];
      chat-template-kwargs = "'{\"enable_thinking\": false}'";
      lora = other;
      alias = host;
    };
  };
}
