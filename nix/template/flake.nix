{
  description = "home-manager with model servers of amm";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    amm = {
      # The address of amm's repository, or its name in `nix registry`.
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

      # `nix flake check` fails if a profile is invalid or generated/ is out of date.
      checks.${system}.ai-models = inputs.amm.lib.check.${system} { workspace = ./ai-models; };
    };
}
