{
  description = "Compiles YAML profiles of language models into Podman quadlets and Nix";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      forEachSystem =
        make:
        lib.genAttrs [
          "x86_64-linux"
          "aarch64-linux"
        ] (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEachSystem (pkgs: {
        default = self.packages.${pkgs.stdenv.hostPlatform.system}.amm;
        amm = pkgs.callPackage ./nix/package.nix { };
      });

      apps = forEachSystem (pkgs: {
        default = self.apps.${pkgs.stdenv.hostPlatform.system}.amm;
        amm = {
          type = "app";
          program = lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.amm;
          meta.description = "Check and compile a workspace of model profiles";
        };
      });

      overlays.default = final: _: { amm = final.callPackage ./nix/package.nix { }; };

      homeModules.default = import ./nix/module.nix self;
      homeManagerModules = self.homeModules;
      nixosModules.default = import ./nix/nixos.nix self;

      # mkTgiService, mkModelService, mkNetworks, … are independent of the system. compile, check, forHosts
      # and manifest take a system: lib.compile.x86_64-linux { workspace = ./ai-models; }.
      lib =
        let
          amm = import ./nix/lib.nix;
          forSystem =
            make:
            forEachSystem (
              pkgs:
              make {
                inherit (pkgs.stdenv.hostPlatform) system;
                amm = self.packages.${pkgs.stdenv.hostPlatform.system}.amm;
              }
            );
        in
        amm
        // {
          compile = forSystem amm.compile;
          check = forSystem amm.check;
          forHosts = forSystem amm.forHosts;
          manifest = forSystem amm.manifest;
        };

      checks = forEachSystem (
        pkgs:
        let
          inherit (pkgs.stdenv.hostPlatform) system;
          amm = self.packages.${system}.amm;
        in
        {
          inherit amm;
          # 'swift test' has no option '--product'. Tests access internals of modules, which requires a
          # debug build.
          tests = amm.overrideAttrs {
            doCheck = true;
            swiftpmBuildConfig = "debug";
            swiftpmFlags = [ ];
          };
          library = pkgs.runCommand "amm-library" { nativeBuildInputs = [ amm ]; } ''
            amm validate --strict ${./profiles} | tee $out
          '';
          template = self.lib.check.${system} { workspace = ./nix/template/ai-models; };
          formatting = pkgs.runCommand "amm-nix-format" { nativeBuildInputs = [ pkgs.nixfmt ]; } ''
            nixfmt --check ${./flake.nix} ${./nix}/*.nix
            touch $out
          '';
          lib = pkgs.writeText "amm-lib-tests" (
            builtins.toJSON (import ./Tests/Nix/lib.nix { lib = import ./nix/lib.nix; })
          );
        }
      );

      devShells = forEachSystem (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.stdenv.hostPlatform.system}.amm ];
        };
      });

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree);

      templates.default = {
        path = ./nix/template;
        description = "home-manager with model servers of amm";
      };
    };
}
