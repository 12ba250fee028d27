# A service of NixOS reads no path below '~'.
{ pkgs, ... }:
{
  services.llama-cpp = {
    enable = true;
    settings = { models-dir = "~/models"; threads = { count = 4; }; };
  };
  systemd.services.llama-cpp.environment.LLAMA_ARG_CTX_SIZE = "4096";
  services.ollama = { enable = true; loadModels = [ "qwen3:8b" ]; };
}
