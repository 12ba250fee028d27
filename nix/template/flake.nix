{
  description = "home-manager with model servers of amm";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    amm = {
      # The address of amm's repository, or the name that `nix registry add` gave it.
      url = "flake:amm";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    inputs:
    let
      system = "x86_64-linux";
    in
    {
      homeConfigurations.me = inputs.home-manager.lib.homeManagerConfiguration {
        pkgs = inputs.nixpkgs.legacyPackages.${system};
        modules = [
          inputs.amm.homeModules.default
          ./home.nix
        ];
      };

      # `nix flake check` fails when a profile is wrong or generated/ is stale.
      checks.${system}.ai-models = inputs.amm.lib.check.${system} { workspace = ./ai-models; };
    };
}
