# nix/nixos.nix in the real module system of nixpkgs, with stand-ins for the options of NixOS that it sets.
#   nix-build machine.nix --argstr host gpu1 -A units
# `check` lays files beside it: nix/, stub-nixpkgs/ (with lib/), amm (the program), ai-models (a workspace).
{
  host,
  target ? null,
  strict ? false,
}:
let
  pkgs = import ./stub-nixpkgs { };
  inherit (pkgs) lib;
  any =
    default:
    lib.mkOption {
      type = lib.types.anything;
      inherit default;
    };
  stand-ins = {
    options = {
      networking.hostName = any "nixos";
      virtualisation.podman.enable = any false;
      virtualisation.podman.package = any { version = "5.4.2"; };
      environment.systemPackages = lib.mkOption { type = lib.types.listOf lib.types.package; };
      environment.etc = lib.mkOption {
        type = lib.types.attrsOf (
          lib.types.submodule { options.source = lib.mkOption { type = lib.types.path; }; }
        );
      };
      systemd.package = any pkgs.coreutils;
      systemd.services = lib.mkOption { type = lib.types.attrsOf lib.types.anything; };
      systemd.packages = lib.mkOption { type = lib.types.listOf lib.types.package; };
      system.checks = lib.mkOption { type = lib.types.listOf lib.types.package; };
      warnings = lib.mkOption { type = lib.types.listOf lib.types.str; };
      hardware.nvidia-container-toolkit.enable = any false;
      services.xserver.videoDrivers = any [ "nvidia" ];
    };
    config._module.args.pkgs = pkgs;
  };
  evaluated = lib.evalModules {
    modules = [
      stand-ins
      (import ./nix/nixos.nix { packages = { }; })
      (if builtins.pathExists ./extra.nix then ./extra.nix else { })
      {
        networking.hostName = host;
        services.ai-models = {
          enable = true;
          inherit strict;
          workspace = ./ai-models;
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
        }
        // (if target == null then { } else { inherit target; });
      }
    ];
  };
  inherit (evaluated) config;
in
{
  # What the configuration installs, as one folder.
  system = pkgs.runCommand "system" { } ''
    mkdir -p $out/etc/containers/systemd $out/etc/systemd/system
    ln -s ${
      config.environment.etc."containers/systemd/ai-models".source
    } $out/etc/containers/systemd/ai-models
    ln -s ${config.environment.etc.ai-models.source} $out/etc/ai-models
    for package in ${toString config.systemd.packages}; do cp -rP $package/etc/systemd/system/. $out/etc/systemd/system/; done
    for check in ${toString config.system.checks}; do cat $check; done
  '';
  sockets = pkgs.writeText "sockets" config.systemd.services.ai-models-sockets.script;
  warnings = pkgs.writeText "warnings" (builtins.concatStringsSep "\n" config.warnings);
}
