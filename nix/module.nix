# services.ai-models: model servers from a workspace of amm, for home-manager.
#
# `self` is amm's flake. The functions that compute values are in lib.nix.
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

  # One store path for the entire workspace, because its links point from folder to folder.
  workspace = amm.source cfg.workspace;
  # The Podman that will read the units, for workspaces that do not set a version.
  podman = config.services.podman.package.version or pkgs.podman.version or null;
  # The machine's target alone, if the workspace is for several.
  host =
    if cfg.target != null then
      cfg.target
    else if builtins.pathExists (cfg.workspace + "/generated/instances.nix") then
      null
    else
      cfg.hostName;
  compiled = amm.compile tools {
    inherit workspace podman host;
    inherit (cfg) policy;
    scope = "user";
  };
  # The same with the files of all targets, as 'amm status' expects them.
  whole = amm.compile tools {
    inherit workspace podman;
    inherit (cfg) policy;
  };
  check = amm.check tools {
    inherit workspace;
    inherit (cfg) policy strict;
  };

  # The folder below generated/ if the workspace defines targets.
  generated = cfg.workspace + "/generated";
  tree =
    if cfg.target != null then
      "/${cfg.target}"
    else if builtins.pathExists (generated + "/instances.nix") then
      ""
    else
      "/${
        amm.treeFor {
          inherit generated host;
        }
      }";
  committed = cfg.workspace + "/generated${tree}/instances.nix";
  source =
    if cfg.mode == "podman-ifd" then
      "${compiled}/instances.nix"
    else if builtins.pathExists committed then
      committed
    else
      throw "services.ai-models: the workspace has no generated${tree}/instances.nix; run 'amm generate' in it and commit generated/";
  instances = amm.override cfg.instances (import source);

  units = "containers/systemd/ai-models";
in
{
  imports = [ (import ./options.nix self) ];

  options.services.ai-models = {
    enable = mkEnableOption "model servers from a workspace of amm";

    mode = mkOption {
      type = types.enum [
        "podman"
        "quadlet"
        "podman-ifd"
      ];
      default = "podman";
      description = ''
        `podman` passes the committed generated/instances.nix to services.podman. The build fails if
        that file is out of date. `quadlet` installs quadlet files that are compiled during the build,
        so that you do not commit generated files. `podman-ifd` does the same for services.podman, but
        needs an import from derivation: evaluation builds amm first.
      '';
    };

    target = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "local";
      description = ''
        The name of the target of the kind `podman`, if instances.yaml defines targets. By default, the one
        with the name of `hostName`.
      '';
    };

    hostName = mkOption {
      type = types.nullOr types.str;
      default = if osConfig == null then null else osConfig.networking.hostName or null;
      defaultText = lib.literalExpression "osConfig.networking.hostName";
      example = "gpu1";
      description = ''
        The host name of this machine, which selects its target in a workspace for several machines. It has
        no effect on a workspace without targets.
      '';
    };

    instances = mkOption {
      type = types.attrsOf (
        types.submodule {
          options = {
            autoStart = mkOption {
              type = types.nullOr types.bool;
              default = null;
              description = "Whether the server starts with the session; null to use the setting of the workspace.";
            };
            container = mkOption {
              type = types.attrsOf types.anything;
              default = { };
              description = "Overrides for the server's entry in services.podman.containers.";
            };
          };
        }
      );
      default = { };
      apply = lib.mapAttrs (_: lib.filterAttrs (_: value: value != null));
      example = {
        tgi-primary.autoStart = false;
      };
      description = "Changes to instances, by name. Not available in the mode `quadlet`.";
    };

    installWorkspace = mkOption {
      type = types.bool;
      default = true;
      description = ''
        Whether to install the workspace and the files generated from it to ~/.config/ai-models. amm
        finds them there from any folder, and programs can read there which model is served. Disable
        this if the workspace itself is in that folder.
      '';
    };
  };

  config = mkIf cfg.enable (
    lib.mkMerge [
      {
        home.packages = [ cfg.package ];
        # `amm switch` runs home-manager only if this file exists.
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
              if cfg.mode == "podman" then "${workspace}/generated" else whole;
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
        # The GPUs that are used are known only after the build.
        warnings = amm.warnings {
          instances = [ ];
          user = config.home.username;
          os = osConfig;
        };
        xdg.configFile.${units} = {
          source = "${compiled}/quadlet";
          # File by file: Podman before 5.0 does not follow a link to a folder.
          recursive = true;
        };
        # home-manager manages units, but not the quadlet files that they are generated from.
        home.activation.aiModelsStop = lib.hm.dag.entryBefore [ "linkGeneration" ] ''
          if [ -n "''${oldGenPath:-}" ]; then
            for file in "$oldGenPath"/home-files/.config/${units}/*.container; do
              if [ -e "$file" ] && [ ! -e "$newGenPath/home-files/.config/${units}/''${file##*/}" ]; then
                name=''${file##*/}
                run ${config.systemd.user.systemctlPath} --user stop "''${name%.container}.service" || true
              fi
            done
            for file in "$oldGenPath"/home-files/.config/${units}/*.socket; do
              if [ -e "$file" ] && [ ! -e "$newGenPath/home-files/.config/${units}/''${file##*/}" ]; then
                name=''${file##*/}
                name=''${name%.socket}
                run ${config.systemd.user.systemctlPath} --user stop "$name.socket" "$name.service" || true
                run ${config.systemd.user.systemctlPath} --user disable "$name.socket" "$name.service" || true
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
          # The units of servers that start on demand. systemd does not look for units in this folder.
          for file in "$newGenPath"/home-files/.config/${units}/*.socket; do
            [ -e "$file" ] || continue
            name=''${file##*/}
            name=''${name%.socket}
            old=''${oldGenPath:-/nonexistent}/home-files/.config/${units}/$name
            # systemctl refuses to link what is itself a link, as home-manager's files are.
            run ${config.systemd.user.systemctlPath} --user link --force \
              "$(readlink -f "$file")" "$(readlink -f "''${file%.socket}.service")"
            if ! cmp -s "$file" "$old.socket" || ! cmp -s "''${file%.socket}.service" "$old.service"; then
              run ${config.systemd.user.systemctlPath} --user stop "$name.service" "$name.socket"
            fi
            run ${config.systemd.user.systemctlPath} --user enable --force --now "$name.socket"
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
        # An invalid profile or an outdated generated/ fails the build, and its log is amm's output.
        home.checks = mkIf (cfg.mode == "podman") [ check ];
        services.podman = {
          enable = true;
          containers = amm.mkContainers instances;
          networks = amm.mkNetworks instances;
          volumes = amm.mkVolumes instances;
        };
        xdg.configFile = lib.mapAttrs' (name: text: {
          name = "${units}/${name}";
          value = { inherit text; };
        }) (amm.mkFiles instances);
        systemd.user.sockets = amm.mkSockets instances;
        systemd.user.services = amm.mkServices instances;
      })
    ]
  );
}
