# A path below '~', and options that later versions of NixOS removed.
{ pkgs, ... }:
{
  services.llama-cpp = {
    enable = true;
    model = "~/models/qwen3-8b.gguf";
    extraFlags = [ "--ctx-size" "4096" ];
  };
}
