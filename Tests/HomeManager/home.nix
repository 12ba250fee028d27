# The module as a user has it, with the amm of this checkout. `check` lays files beside it:
# amm (the program), ai-models (a workspace), mode (the module's mode) and at times extra.nix, what
# a user adds to it.
{
  imports = [
    (import ./nix/module.nix { packages = { }; })
  ]
  ++ (if builtins.pathExists ./extra.nix then [ ./extra.nix ] else [ ]);
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
