# services.ai-models: model servers from a workspace of amm, as services of a NixOS system.
#
# `self` is amm's flake. The functions that compute values are in lib.nix. The servers run as root's containers,
# from a target with 'scope: system'.
self:
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib)
    mkEnableOption
    mkIf
    mkOption
    types
    ;

  cfg = config.services.ai-models;
  amm = import ./lib.nix;
  tools = {
    amm = cfg.package;
    inherit (pkgs.stdenv.hostPlatform) system;
  };

  # One store path for the entire workspace, because its links point from folder to folder.
  workspace = amm.source cfg.workspace;
  podman = config.virtualisation.podman.package.version or null;
  compiled = amm.changed {
    inherit pkgs;
    files = amm.compile tools {
      inherit workspace;
      inherit (cfg) policy;
      host = if cfg.target == null then cfg.hostName else cfg.target;
      scope = "system";
    };
    changes = cfg.instances;
  };
  # With the files of all targets, as 'amm status' expects them.
  whole = amm.compile tools {
    inherit workspace;
    inherit (cfg) policy;
  };
  check = amm.check tools {
    inherit workspace podman;
    inherit (cfg) policy strict;
    isCommitted = false;
  };
in
{
  imports = [ (import ./options.nix self) ];

  options.services.ai-models = {
    enable = mkEnableOption "model servers from a workspace of amm, as services of the system";

    mode = mkOption {
      type = types.enum [ "quadlet" ];
      default = "quadlet";
      description = "How the servers become services: NixOS installs quadlet files that are compiled during the build.";
    };

    target = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "gpu1";
      description = ''
        The name of the target in instances.yaml. It must be of the kind `podman`, with `scope: system`. By
        default, the one with the name of `hostName`.
      '';
    };

    hostName = mkOption {
      type = types.str;
      default = config.networking.hostName;
      defaultText = lib.literalExpression "config.networking.hostName";
      example = "gpu1";
      description = "The host name of this machine, which selects its target in a workspace for several machines.";
    };

    instances = mkOption {
      type = types.attrsOf (
        types.submodule {
          options = {
            autoStart = mkOption {
              type = types.nullOr types.bool;
              default = null;
              description = "Whether the server starts with the machine; null to use the setting of the workspace.";
            };
            container = mkOption {
              type = types.submodule {
                options.extraConfig = mkOption {
                  type = types.attrsOf (types.attrsOf types.anything);
                  default = { };
                  description = "Keys to add to the sections of the server's quadlet file.";
                };
              };
              default = { };
              description = "Changes to the server's quadlet file.";
            };
          };
        }
      );
      default = { };
      example = {
        tgi-primary.autoStart = false;
      };
      description = "Changes to instances, by name.";
    };

    installWorkspace = mkOption {
      type = types.bool;
      default = true;
      description = ''
        Whether to install the workspace to /etc/ai-models, so that `amm status --workspace /etc/ai-models`
        shows what this machine should serve.
      '';
    };
  };

  config = mkIf cfg.enable {
    virtualisation.podman.enable = true;
    environment.systemPackages = [ cfg.package ];
    environment.etc = {
      "containers/systemd/ai-models".source = "${compiled}/quadlet";
      "ai-models" = mkIf cfg.installWorkspace {
        source = pkgs.runCommand "ai-models-workspace" { } ''
          cp -rP ${workspace} $out
          chmod -R u+w $out
          for link in $out/*; do
            [ -L "$link" ] || continue
            rm "$link"
            cp -rL ${workspace}/''${link##*/} "$link"
          done
          rm -rf $out/generated
          ln -s ${whole} $out/generated
        '';
      };
    };
    # NixOS does not restart sockets. A changed one is opened again here, and no other.
    systemd.services.ai-models-sockets = {
      description = "Opens the changed sockets of model servers";
      wantedBy = [ "multi-user.target" ];
      path = [
        config.systemd.package
        pkgs.diffutils
      ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        RuntimeDirectory = "ai-models-sockets";
        RuntimeDirectoryPreserve = true;
      };
      script = ''
        for file in ${compiled}/quadlet/*.socket; do
          [ -e "$file" ] || continue
          name=''${file##*/}
          known=/run/ai-models-sockets/$name
          if [ -e "$known" ] && ! cmp -s "$file" "$known"; then
            systemctl stop "''${name%.socket}.service" || true
            systemctl restart "$name"
          fi
          cp "$file" "$known"
        done
      '';
    };
    systemd.packages = [
      (amm.systemUnits {
        inherit pkgs;
        files = compiled;
      })
    ];
    # An invalid profile fails the build, and its log is amm's output.
    system.checks = [ check ];
    warnings =
      if config.hardware.nvidia-container-toolkit.enable or false then
        [ ]
      else if builtins.elem "nvidia" (config.services.xserver.videoDrivers or [ ]) then
        [
          "services.ai-models: containers have no access to NVIDIA GPUs; set 'hardware.nvidia-container-toolkit.enable = true;'"
        ]
      else
        [ ];
  };
}
