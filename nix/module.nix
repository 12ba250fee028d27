# services.ai-models: model servers from a workspace of amm, for home-manager.
#
# `self` is amm's flake; what it computes stands in lib.nix.
self:
{
  config,
  lib,
  pkgs,
  osConfig,
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

  # One store path with all of the workspace, because its links lead from folder to folder.
  workspace = "${cfg.workspace}";
  # The Podman that will read the units, for workspaces that say none.
  podman = config.services.podman.package.version or pkgs.podman.version or null;
  compiled = amm.compile tools {
    inherit workspace podman;
    inherit (cfg) policy;
  };
  check = amm.check tools {
    inherit workspace;
    inherit (cfg) policy strict;
  };

  # Below generated/, where the workspace names targets.
  tree = lib.optionalString (cfg.target != null) "/${cfg.target}";
  committed = cfg.workspace + "/generated${tree}/instances.nix";
  source =
    if cfg.mode == "podman-ifd" then
      "${compiled}${tree}/instances.nix"
    else if builtins.pathExists committed then
      committed
    else
      throw "services.ai-models: the workspace has no generated${tree}/instances.nix; run 'amm generate' in it and commit generated/";
  instances = amm.override cfg.instances (import source);

  units = "containers/systemd/ai-models";
in
{
  options.services.ai-models = {
    enable = mkEnableOption "model servers from a workspace of amm";

    package = mkOption {
      type = types.package;
      default = self.packages.${pkgs.stdenv.hostPlatform.system}.amm;
      defaultText = lib.literalExpression "inputs.amm.packages.\${system}.amm";
      description = "The amm that checks and compiles the workspace.";
    };

    workspace = mkOption {
      type = types.path;
      example = lib.literalExpression "./ai-models";
      description = "The folder with instances.yaml, profiles/ and active/.";
    };

    mode = mkOption {
      type = types.enum [
        "podman"
        "quadlet"
        "podman-ifd"
      ];
      default = "podman";
      description = ''
        `podman` gives the committed generated/instances.nix to services.podman, and refuses to build
        where that file is not what the workspace says. `quadlet` installs quadlet files that are
        compiled during the build, so that nothing generated is committed. `podman-ifd` does the same
        for services.podman, at the price of an import from derivation: evaluation builds amm first.
      '';
    };

    target = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "local";
      description = "The target of the kind `podman`, where the workspace's instances.yaml names targets.";
    };

    strict = mkOption {
      type = types.bool;
      default = false;
      description = "Whether a warning of amm fails the build, too.";
    };

    policy = mkOption {
      type = types.nullOr types.path;
      default = null;
      example = lib.literalExpression ''"''${./policies}/models.yaml"'';
      description = ''
        What profiles and instances are judged by, too: see docs/guide/policy.md. A policy that names a lock
        is given with the folder that both are in.
      '';
    };

    instances = mkOption {
      type = types.attrsOf (
        types.submodule {
          options = {
            autoStart = mkOption {
              type = types.nullOr types.bool;
              default = null;
              description = "Whether the server starts with the session; null for what the workspace says.";
            };
            container = mkOption {
              type = types.attrsOf types.anything;
              default = { };
              description = "Laid over the server's entry in services.podman.containers.";
            };
          };
        }
      );
      default = { };
      apply = lib.mapAttrs (_: lib.filterAttrs (_: value: value != null));
      example = {
        tgi-primary.autoStart = false;
      };
      description = "Changes to instances, by name; not in the mode `quadlet`.";
    };

    installWorkspace = mkOption {
      type = types.bool;
      default = true;
      description = ''
        Whether the workspace and what was generated from it appear in ~/.config/ai-models, where amm
        finds it from any folder, and programs read which model is served. Switch it off where the
        workspace itself is kept there.
      '';
    };
  };

  config = mkIf cfg.enable (
    lib.mkMerge [
      {
        home.packages = [ cfg.package ];
        # `amm switch` runs home-manager only where it finds this.
        xdg.dataFile."amm/home-manager".text = "${cfg.mode}\n";
        xdg.configFile = mkIf cfg.installWorkspace (
          lib.listToAttrs (
            map
              (part: {
                name = "ai-models/${part}";
                value.source = "${workspace}/${part}";
              })
              (
                lib.filter (part: builtins.pathExists (cfg.workspace + "/${part}")) [
                  "active"
                  "custom"
                  "instances.yaml"
                  "profiles"
                  "tasks"
                ]
              )
          )
          // {
            "ai-models/generated".source =
              if cfg.mode == "podman" then "${workspace}/generated" else compiled;
          }
        );
      }

      (mkIf (cfg.mode == "quadlet") {
        assertions = [
          {
            assertion = cfg.instances == { };
            message = "services.ai-models.instances has no effect in the mode 'quadlet': change instances.yaml, or use the mode 'podman'";
          }
        ];
        # Which GPUs are used is only known once it is built.
        warnings = amm.warnings {
          instances = [ ];
          user = config.home.username;
          os = osConfig;
        };
        xdg.configFile.${units} = {
          source = "${compiled}${tree}/quadlet";
          # File by file: Podman before 5.0 does not follow a link to a folder.
          recursive = true;
        };
        # home-manager looks after units, but not after the quadlets that they are made of.
        home.activation.aiModelsStop = lib.hm.dag.entryBefore [ "linkGeneration" ] ''
          if [ -n "''${oldGenPath:-}" ]; then
            for file in "$oldGenPath"/home-files/.config/${units}/*.container; do
              if [ -e "$file" ] && [ ! -e "$newGenPath/home-files/.config/${units}/''${file##*/}" ]; then
                name=''${file##*/}
                run ${config.systemd.user.systemctlPath} --user stop "''${name%.container}.service" || true
              fi
            done
          fi
        '';
        home.activation.aiModels = lib.hm.dag.entryAfter [ "linkGeneration" "reloadSystemd" ] ''
          run ${config.systemd.user.systemctlPath} --user daemon-reload
          for file in "$newGenPath"/home-files/.config/${units}/*.container; do
            name=''${file##*/}
            unit=''${name%.container}.service
            old=''${oldGenPath:-/nonexistent}/home-files/.config/${units}/$name
            if cmp -s "$file" "$old"; then continue; fi
            if ${config.systemd.user.systemctlPath} --user is-active -q "$unit"; then
              run ${config.systemd.user.systemctlPath} --user restart --no-block "$unit"
            elif grep -q '^WantedBy=' "$file"; then
              run ${config.systemd.user.systemctlPath} --user start --no-block "$unit"
            fi
          done
        '';
      })

      (mkIf (cfg.mode != "quadlet") {
        assertions =
          map
            (message: {
              assertion = false;
              inherit message;
            })
            (
              amm.errors {
                inherit instances;
                podman = config.services.podman.package.version or null;
              }
            );
        warnings = amm.warnings {
          inherit instances;
          user = config.home.username;
          os = osConfig;
        };
        # An invalid profile or a stale generated/ is a failed build, whose log is amm's.
        home.checks = mkIf (cfg.mode == "podman") [ check ];
        services.podman = {
          enable = true;
          containers = amm.mkContainers instances;
          networks = amm.mkNetworks instances;
          volumes = amm.mkVolumes instances;
        };
      })
    ]
  );
}
