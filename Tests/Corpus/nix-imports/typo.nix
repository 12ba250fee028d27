# A misspelt argument of llama-server.
{ ... }:
{
  services.llama-cpp = {
    enable = true;
    settings = { model = "/var/lib/models/qwen3-8b.gguf"; top-q = 20; };
  };
}
