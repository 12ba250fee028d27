# Stub nixpkgs: a pkgs set whose builders run /bin/bash of the host (chroot), so that
# home-manager modules evaluate and their small derivations really build with
#   --option sandbox false
{
  system ? builtins.currentSystem,
  localSystem ? null,
  crossSystem ? null,
  config ? { },
  overlays ? [ ],
  ...
}:
let
  lib = import ./lib;
  platform = lib.systems.elaborate system;

  rawDrv =
    args@{
      name,
      buildCommand ? null,
      ...
    }:
    let
      extra = removeAttrs args [
        "meta"
        "passthru"
        "buildCommand"
        "outPath"
      ];
      drv = derivation (
        # keep this lazy (no filtering on values): home-manager's builtQuadlets refer to each other
        {
          inherit system;
          builder = "/bin/bash";
          __ignoreNulls = true;
        }
        // extra
        // {
          args = [
            "-c"
            ''source ${./setup.sh}; if [ -n "''${buildCommandPath-}" ]; then eval "$(cat "$buildCommandPath")"; else genericPhases; fi''
          ];
        }
        // lib.optionalAttrs (buildCommand != null) {
          inherit buildCommand;
          passAsFile = (extra.passAsFile or [ ]) ++ [ "buildCommand" ];
        }
      );
    in
    lib.extendDerivation true (
      (removeAttrs (args.passthru or { }) [ "outPath" ])
      // {
        meta = args.meta or { };
        passthru = args.passthru or { };
      }
    ) drv;

  mkDerivation =
    fnOrArgs:
    let
      args0 = if builtins.isFunction fnOrArgs then lib.fix fnOrArgs else fnOrArgs;
      args = args0 // {
        name = args0.name or "${args0.pname}-${args0.version or "0"}";
      };
    in
    rawDrv args
    // {
      overrideAttrs = f: mkDerivation (args // (if builtins.isFunction f then f args else f));
    };

  # a package consisting of symlinks to host programs
  hostPkg =
    pname: bins:
    (rawDrv {
      name = "${pname}-host";
      buildCommand = ''
        mkdir -p $out/bin
        for b in ${toString bins}; do
          t=$(type -P $b || true); if [ -n "$t" ]; then ln -s $t $out/bin/$b; else printf '#!/bin/sh\nexit 0\n' > $out/bin/$b; chmod +x $out/bin/$b; fi
        done
      '';
      passthru = {
        inherit pname;
        version = "0";
      };
      meta = {
        mainProgram = lib.head (bins ++ [ pname ]);
      };
    })
    // {
      override = _: hostPkg pname bins;
      overrideAttrs = _: hostPkg pname bins;
    };

  scriptPkg =
    pname: text:
    rawDrv {
      name = pname;
      buildCommand = "mkdir -p $out/bin; cp ${builtins.toFile pname text} $out/bin/${pname}; chmod +x $out/bin/${pname}";
      meta.mainProgram = pname;
    };

  base =
    self:
    {
      inherit lib system config;
      path = ./.;
      overlays = overlays;
      stdenv = {
        inherit mkDerivation system;
        hostPlatform = platform;
        buildPlatform = platform;
        targetPlatform = platform;
        isLinux = true;
        isDarwin = false;
        cc = self.emptyDirectory;
        shell = "/bin/bash";
      };
      stdenvNoCC = self.stdenv;
      hostPlatform = platform;
      buildPlatform = platform;
      buildPackages = self;
      pkgsBuildBuild = self;
      pkgsBuildHost = self;
      targetPackages = self;
      runtimeShell = "/bin/bash";
      runtimeShellPackage = self.bash;
      emptyDirectory = rawDrv {
        name = "empty-directory";
        buildCommand = "mkdir $out";
      };
      emptyFile = builtins.toFile "empty-file" "";

      runCommand =
        name: env: cmd:
        rawDrv (
          env
          // {
            inherit name;
            buildCommand = cmd;
          }
        );
      runCommandLocal = self.runCommand;
      runCommandCC = self.runCommand;
      runCommandWith =
        {
          name,
          derivationArgs ? { },
          ...
        }:
        cmd: self.runCommand name derivationArgs cmd;

      writeTextFile =
        {
          name,
          text,
          executable ? false,
          destination ? "",
          checkPhase ? "",
          meta ? { },
          ...
        }:
        rawDrv {
          inherit name text meta;
          passAsFile = [ "text" ];
          buildCommand = ''
            target=$out${lib.escapeShellArg destination}
            mkdir -p "$(dirname "$target")"
            if [ -e "$textPath" ]; then cp "$textPath" "$target"; else printf '%s' "$text" > "$target"; fi
            chmod u+w "$target"
            ${lib.optionalString executable ''chmod +x "$target"''}
          '';
        };
      writeText = name: text: self.writeTextFile { inherit name text; };
      writeTextDir =
        p: text:
        self.writeTextFile {
          name = baseNameOf p;
          inherit text;
          destination = "/${p}";
        };
      writeScript =
        name: text:
        self.writeTextFile {
          inherit name text;
          executable = true;
        };
      writeScriptBin =
        name: text:
        self.writeTextFile {
          inherit name text;
          executable = true;
          destination = "/bin/${name}";
          meta.mainProgram = name;
        };
      writeShellScript =
        name: text:
        self.writeTextFile {
          inherit name;
          executable = true;
          text = "#!/bin/bash\n" + text;
        };
      writeShellScriptBin =
        name: text:
        self.writeTextFile {
          inherit name;
          executable = true;
          destination = "/bin/${name}";
          text = "#!/bin/bash\n" + text;
          meta.mainProgram = name;
        };
      writeShellApplication =
        {
          name,
          text,
          runtimeInputs ? [ ],
          ...
        }:
        self.writeShellScriptBin name "set -euo pipefail\nexport PATH=${lib.makeBinPath runtimeInputs}:$PATH\n${text}";
      replaceVars =
        src: vars:
        self.runCommand (baseNameOf (toString src)) { } ''
          cp ${src} $out; substituteInPlace $out ${
            lib.concatStringsSep " " (
              lib.mapAttrsToList (k: v: "--subst-var-by ${k} ${lib.escapeShellArg (toString v)}") (
                lib.filterAttrs (_: v: v != null) vars
              )
            )
          }
          chmod +x $out
        '';
      substituteAll =
        args:
        self.replaceVars args.src (
          removeAttrs args [
            "src"
            "name"
            "isExecutable"
          ]
        );
      linkFarm =
        name: entries:
        self.runCommand name { } ''
          mkdir -p $out; cd $out
          ${lib.concatMapStringsSep "\n"
            (
              e:
              ''mkdir -p "$(dirname ${lib.escapeShellArg e.name})"; ln -s ${e.path} ${lib.escapeShellArg e.name}''
            )
            (
              if builtins.isAttrs entries then
                lib.mapAttrsToList (name: path: { inherit name path; }) entries
              else
                entries
            )
          }
        '';
      symlinkJoin =
        {
          name,
          paths,
          postBuild ? "",
          stripPrefix ? "",
          ...
        }:
        self.runCommand name { } ''
          mkdir -p $out
          for p in ${toString paths}; do s="$p${stripPrefix}"; [ -e "$s" ] || continue
            (cd "$s"; find . -type d) | while read -r d; do mkdir -p "$out/$d"; done
            (cd "$s"; find . \( -type f -o -type l \)) | while read -r f; do [ -e "$out/$f" ] || ln -s "$s/$f" "$out/$f"; done
          done
          ${postBuild}
        '';
      buildEnv =
        {
          name,
          paths,
          postBuild ? "",
          ...
        }:
        self.symlinkJoin { inherit name paths postBuild; };
      makeDesktopItem = a: self.emptyDirectory;
      makeSetupHook = a: b: self.emptyDirectory;
      fetchFromGitHub = a: throw "no network in stub pkgs";
      fetchurl = a: throw "no network in stub pkgs";
      formats = {
        toml = _: {
          type = lib.types.attrsOf lib.types.anything;
          generate = n: v: self.writeText n (toTOML v);
        };
        json = _: {
          type = lib.types.anything;
          generate = n: v: self.writeText n (builtins.toJSON v);
        };
        yaml = _: {
          type = lib.types.anything;
          generate = n: v: self.writeText n (builtins.toJSON v);
        };
        ini = a: {
          type = lib.types.attrsOf (lib.types.attrsOf lib.types.anything);
          lib.types.atom = lib.types.anything;
          generate = n: v: self.writeText n (lib.generators.toINI a v);
        };
        iniWithGlobalSection = a: {
          type = lib.types.anything;
          generate = n: v: self.writeText n (lib.generators.toINIWithGlobalSection a v);
        };
        keyValue = a: {
          type = lib.types.attrsOf lib.types.anything;
          generate = n: v: self.writeText n (lib.generators.toKeyValue a v);
        };
        gitIni = a: {
          type = lib.types.anything;
          generate = n: v: self.writeText n (lib.generators.toGitINI v);
        };
        __functor = _: _: null;
      }
      //
        lib.genAttrs
          [
            "libconfig"
            "hocon"
            "javaProperties"
            "elixirConf"
            "lua"
            "pythonVars"
            "xml"
            "php"
            "cdn"
            "hcl1"
            "plist"
            "nixConf"
            "systemd"
          ]
          (
            _: _: {
              type = lib.types.anything;
              generate = n: v: self.writeText n (builtins.toJSON v);
            }
          );

      podman = rawDrv {
        name = "podman-host-5.4.2";
        buildCommand = ''
          mkdir -p $out/bin $out/lib/systemd/user-generators $out/libexec/podman
          ln -s /usr/bin/podman $out/bin/podman
          ln -s /usr/libexec/podman/quadlet $out/libexec/podman/quadlet
          # the generator decides --user from argv[0]; keep the name, exec the host binary,
          # and make ExecStart point at this package like the nixpkgs build does
          printf '#!/bin/bash\nexport PODMAN=%s/bin/podman\nexec -a podman-user-generator %s -no-kmsg-log "$@"\n' "$out" "${
            config.quadletBin or "/usr/libexec/podman/quadlet"
          }" > $out/lib/systemd/user-generators/podman-user-generator
          chmod +x $out/lib/systemd/user-generators/podman-user-generator
        '';
        passthru = {
          pname = "podman";
          version = "5.4.2";
        };
        meta.mainProgram = "podman";
      };
      skopeo = (hostPkg "skopeo" [ "skopeo" ]) // {
        policy =
          self.runCommand "skopeo-policy" { }
            ''mkdir $out; echo '{"default":[{"type":"insecureAcceptAnything"}]}' > $out/default-policy.json'';
      };
      lndir = scriptPkg "lndir" ''
        #!/bin/bash
        while [ "''${1#-}" != "$1" ]; do shift; done
        src="$1"; dst="''${2:-.}"
        (cd "$src" && find . -type d) | while read -r d; do mkdir -p "$dst/$d"; done
        (cd "$src" && find . \( -type f -o -type l \)) | while read -r f; do ln -sfn "$src/$f" "$dst/$f"; done
      '';
      # no gettext on the host: print the message id, make msgfmt produce an empty catalogue
      gettext = rawDrv {
        name = "gettext-stub";
        meta.mainProgram = "gettext";
        buildCommand = ''
          mkdir -p $out/bin
          printf '#!/bin/bash\nprintf %%s "''${@: -1}"\n' > $out/bin/gettext
          printf '#!/bin/bash\nprintf %%s "$1"\n' > $out/bin/ngettext
          printf '#!/bin/bash\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && : > "$2"; shift; done\n' > $out/bin/msgfmt
          chmod +x $out/bin/*
        '';
      };
      # A stand-in for sd-switch: reload, then start what targets want and restart what changed.
      sd-switch = scriptPkg "sd-switch" ''
        #!/bin/bash
        old="" new=""
        while [ $# -gt 0 ]; do case "$1" in --old-units) old=$2; shift 2;; --new-units) new=$2; shift 2;; *) shift;; esac; done
        systemctl --user daemon-reload
        for unit in "$new"/*.service "$new"/*.socket; do
          [ -e "$unit" ] || continue
          name=''${unit##*/}
          if [ -e "$old/$name" ] && ! cmp -s "$old/$name" "$unit" && systemctl --user is-active -q "$name"; then
            echo "restarting $name"; systemctl --user restart "$name"
          elif [ -e "$new/default.target.wants/$name" -o -e "$new/sockets.target.wants/$name" ] && ! systemctl --user is-active -q "$name"; then
            echo "starting $name"; systemctl --user start "$name"
          fi
        done
        for unit in "$old"/*.service "$old"/*.socket; do
          [ -e "$unit" ] || continue
          name=''${unit##*/}
          [ -e "$new/$name" ] || { echo "stopping $name"; systemctl --user stop "$name"; }
        done
      '';
      xorg = {
        lndir = self.lndir;
      };
    }
    // lib.genAttrs [
      "coreutils"
      "diffutils"
      "findutils"
      "gnugrep"
      "gnused"
      "gawk"
      "jq"
      "ncurses"
      "bash"
      "bashInteractive"
      "systemd"
      "nftables"
      "su"
      "shadow"
      "dconf"
      "dbus"
      "man"
      "man-db"
      "less"
      "nix"
      "git"
      "openssh"
      "shared-mime-info"
      "desktop-file-utils"
      "crudini"
      "glibcLocales"
      "fontconfig"
      "util-linux"
      "procps"
      "python3"
      "perl"
    ] (n: hostPkg n (hostBins.${n} or [ n ]));

  hostBins = {
    coreutils = [
      "cat"
      "cp"
      "ln"
      "ls"
      "mkdir"
      "mv"
      "rm"
      "rmdir"
      "readlink"
      "dirname"
      "basename"
      "true"
      "sleep"
      "id"
      "chmod"
      "sort"
      "tr"
      "head"
      "tail"
      "env"
      "date"
      "mktemp"
      "touch"
      "cut"
      "wc"
      "install"
      "realpath"
      "printf"
      "tee"
      "stat"
      "uniq"
    ];
    diffutils = [
      "cmp"
      "diff"
    ];
    findutils = [
      "find"
      "xargs"
    ];
    gnugrep = [ "grep" ];
    gnused = [ "sed" ];
    gawk = [ "awk" ];
    ncurses = [ "tput" ];
    gettext = [
      "gettext"
      "msgfmt"
      "gettext.sh"
      "envsubst"
    ];
    bashInteractive = [ "bash" ];
    systemd = [
      "systemctl"
      "systemd-tmpfiles"
      "journalctl"
    ];
    nftables = [ "nft" ];
    nix = [
      "nix"
      "nix-env"
      "nix-store"
      "nix-build"
    ];
  };

  # enough TOML for containers.conf/storage.conf/registries.conf
  toTOML =
    v:
    let
      scalar =
        x:
        if builtins.isBool x then
          (if x then "true" else "false")
        else if builtins.isInt x || builtins.isFloat x then
          toString x
        else
          builtins.toJSON (toString x);
      val =
        x:
        if builtins.isList x then
          "[${lib.concatMapStringsSep ", " val x}]"
        else if builtins.isAttrs x then
          "{ ${lib.concatStringsSep ", " (lib.mapAttrsToList (k: y: "${k} = ${val y}") x)} }"
        else
          scalar x;
      isTable = builtins.isAttrs;
      go =
        pre: s:
        lib.concatStrings (
          lib.mapAttrsToList (k: x: lib.optionalString (!isTable x && x != null) "${k} = ${val x}\n") s
        )
        + lib.concatStrings (
          lib.mapAttrsToList (k: x: lib.optionalString (isTable x) "\n[${pre}${k}]\n${go "${pre}${k}." x}") s
        );
    in
    go "" v;

  pkgs = lib.fix (
    lib.foldl' (f: o: lib.extends o f) (
      self:
      base self
      // {
        extend =
          o:
          import ./default.nix {
            inherit system config;
            overlays = overlays ++ [ o ];
          };
        appendOverlays =
          os:
          import ./default.nix {
            inherit system config;
            overlays = overlays ++ os;
          };
      }
    ) overlays
  );
in
pkgs
