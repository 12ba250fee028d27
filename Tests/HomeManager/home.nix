# The module as a user has it, with the amm of this checkout. `check` lays files beside it:
# amm (the program), ai-models (a workspace) and mode (the module's mode).
{
  imports = [ (import ./nix/module.nix { packages = { }; }) ];
  services.ai-models = {
    enable = true;
    package = derivation {
      name = "amm";
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [
        "-c"
        "mkdir -p $out/bin; cp ${./amm} $out/bin/amm"
      ];
      PATH = "/usr/bin:/bin";
    };
    workspace = ./ai-models;
    mode = builtins.readFile ./mode;
  };
}
