# What amm offers to Nix, in functions that need nothing but builtins.
#
# An *instance* is an element of generated/instances.nix: a set with `name`, `runtime`, `port`,
# `endpoint`, … and `containers`, complete values of home-manager's services.podman.containers.
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    elem
    filter
    foldl'
    isAttrs
    listToAttrs
    map
    placeholder
    ;

  merge = left: right: left // right;

  # `right` over `left`, set by set; a list is added to one that is there.
  overlay =
    left: right:
    left
    // builtins.mapAttrs (
      name: value:
      let
        there = left.${name} or null;
      in
      if isAttrs value && isAttrs there then
        overlay there value
      else if builtins.isList value && builtins.isList there then
        there ++ value
      else
        value
    ) right;

  # Units of a list of instances, by the names under a key: those that a server needs which does not
  # wait for the network do not wait either, where Podman's generator can be told (5.3 and later).
  units =
    key: instances:
    let
      hasty = filter (
        instance:
        !(instance.waitForNetwork or true) && builtins.compareVersions (instance.podman or "0") "5.3" >= 0
      ) instances;
      names = concatMap (instance: instance.${key});
      unit = name: {
        inherit name;
        value =
          (if elem name (names hasty) then { extraConfig.Quadlet.DefaultDependencies = "false"; } else { })
          // (if key == "volumes" then { labels."ai-models.store" = "true"; } else { });
      };
    in
    listToAttrs (map unit (names instances));

  # Runs amm without a shell or nixpkgs; what it complains of is the build's log.
  run =
    {
      amm,
      system,
      name,
      command,
    }:
    derivation {
      inherit name system;
      builder = "/bin/sh";
      args = [
        "-eu"
        "-c"
        command
      ];
      PATH = "${amm}/bin";
      LC_ALL = "C";
      NO_COLOR = "1";
    };
in
rec {
  # The services.podman.containers of one instance: its server and, where a model has to be made on
  # the running server, the task that does so.
  mkModelService = instance: instance.containers;

  # The same under the design document's name.
  mkTgiService = mkModelService;

  # The services.podman.{containers,networks,volumes} of a list of instances.
  mkContainers = instances: foldl' merge { } (map mkModelService instances);
  mkNetworks = units "networks";
  mkVolumes = units "volumes";

  # The instances with a set of changes by name laid over them:
  # { tgi-primary.autoStart = false; } goes into the server's container, too.
  override =
    changes: instances:
    let
      names = map (instance: instance.name) instances;
      unknown = filter (name: !elem name names) (attrNames changes);
    in
    if unknown != [ ] then
      throw "services.ai-models.instances: there is no instance '${concatStringsSep "', '" unknown}' in the workspace; it has ${concatStringsSep ", " names}"
    else
      map (
        instance:
        let
          change = changes.${instance.name} or { };
          own = if change ? autoStart then { inherit (change) autoStart; } else { };
        in
        overlay instance (own // { containers.${instance.name} = overlay own (change.container or { }); })
      ) instances;

  # Why instances cannot run as a configuration has them; sentences.
  #
  # podman is the version of the Podman that runs them, or null where that is not known.
  errors =
    {
      instances,
      podman ? null,
    }:
    let
      newer = filter (
        instance: podman != null && builtins.compareVersions podman (instance.podman or "0") < 0
      ) instances;
      wanted = foldl' (
        most: instance: if builtins.compareVersions instance.podman most > 0 then instance.podman else most
      ) "0" newer;
      environmentFiles = concatMap (
        container:
        let
          files = container.extraConfig.Container.EnvironmentFile or [ ];
        in
        if builtins.isList files then files else [ files ]
      ) (concatMap (instance: builtins.attrValues instance.containers) instances);
      inStore = filter (
        file: builtins.substring 0 (builtins.stringLength builtins.storeDir) file == builtins.storeDir
      ) environmentFiles;
    in
    (
      if newer == [ ] then
        [ ]
      else
        [
          "services.ai-models: the workspace is written for Podman ${wanted}, and services.podman.package is ${podman}; set 'podman' under 'defaults:' in instances.yaml and run 'amm generate', or take a newer Podman"
        ]
    )
    ++ map (
      file:
      "services.ai-models: the token's file ${file} lies in the Nix store, which everybody can read; name one outside under 'token: {environment_file: …}'"
    ) inStore;

  # What NixOS's configuration lacks for instances, where home-manager is part of it; sentences.
  #
  # os is that configuration, or null elsewhere.
  warnings =
    {
      instances,
      user,
      os ? null,
    }:
    let
      usesNvidia = builtins.any (
        instance:
        builtins.any (device: builtins.substring 0 15 device == "nvidia.com/gpu=") instance.devices
      ) instances;
    in
    if os == null then
      [ ]
    else
      (
        if usesNvidia && !(os.hardware.nvidia-container-toolkit.enable or true) then
          [
            "services.ai-models: instances use NVIDIA GPUs, which containers see with 'hardware.nvidia-container-toolkit.enable = true;' in NixOS's configuration"
          ]
        else
          [ ]
      )
      ++ (
        if (os.users.users.${user}.linger or true) != false then
          [ ]
        else
          [
            "services.ai-models: servers stop when ${user} logs out; 'users.users.${user}.linger = true;' in NixOS's configuration keeps them"
          ]
      );

  # A derivation that holds what `amm generate` writes for a workspace. A wrong profile is a failed
  # build whose log is what amm says of it.
  compile =
    { amm, system }:
    {
      workspace,
      name ? "ai-models",
      # The Podman release to write for where the workspace says none; null for the oldest.
      podman ? null,
      # What profiles and instances are judged by, too: the path of a policy; null for nothing.
      policy ? null,
    }:
    run {
      inherit amm name system;
      # The paths in messages are those of the workspace.
      command = ''
        cd ${workspace}
        ${if policy == null then "" else "amm validate --workspace . --policy ${policy} >&2"}
        amm generate --workspace . --output ${placeholder "out"} ${
          if podman == null then "" else "--podman ${podman}"
        } >&2
      '';
    };

  # A derivation that exists only where a workspace is right and its generated/ up to date.
  check =
    { amm, system }:
    {
      workspace,
      name ? "ai-models-check",
      strict ? false,
      # What profiles and instances are judged by, too: the path of a policy; null for nothing.
      policy ? null,
    }:
    run {
      inherit amm name system;
      command = ''
        cd ${workspace}
        amm validate --workspace . ${if strict then "--strict" else ""} ${
          if policy == null then "" else "--policy ${policy}"
        } >&2
        if ! amm generate --check --workspace . >&2; then
          echo "amm: run 'amm generate' in the workspace and commit generated/" >&2
          exit 1
        fi
        echo ok > ${placeholder "out"}
      '';
    };

  # The files of a model that a lock names, as a folder for `source: {type: local, path: …}` or a read-only
  # mount: each fetched at the lock's commit, with the lock's hash. Those of a gated model are not fetched, since
  # a token must not reach the store: Nix asks for them, and says how they are added.
  #
  # Nothing of this happens unless it is called: weights in the store are weights in every cache that it is
  # pushed to, whatever their licence says.
  modelFiles =
    {
      # With fetchurl, requireFile and linkFarm: nixpkgs.
      pkgs,
      # The path of models.lock.json.
      lock,
      # The key of an entry: "huggingface:ORG/NAME".
      model,
    }:
    let
      inherit (builtins)
        replaceStrings
        stringLength
        substring
        ;
      read = builtins.fromJSON (builtins.readFile lock);
      entry =
        read.models.${model}
          or (throw "modelFiles: the lock has no '${model}'; it has ${concatStringsSep ", " (attrNames read.models)}");
      prefix = "huggingface:";
      rest =
        if substring 0 (stringLength prefix) model == prefix then
          substring (stringLength prefix) (-1) model
        else
          throw "modelFiles: '${model}' is fetched by Ollama itself";
      id = builtins.head (builtins.match "([^@#]*)([@#].*)?" rest);
      plain = builtins.match "[A-Za-z0-9+._?=-]*";
      # What a name in the store may have, of a text.
      storeName =
        text:
        let
          letters = builtins.genList (index: substring index 1 text) (stringLength text);
          word = concatStringsSep "" (map (letter: if plain letter == null then "-" else letter) letters);
        in
        if substring 0 1 word == "." then "-" + word else word;
      escaped =
        replaceStrings
          [
            "%"
            " "
            "#"
            "?"
            "+"
          ]
          [
            "%25"
            "%20"
            "%23"
            "%3F"
            "%2B"
          ];
      file =
        path:
        { sha256, ... }:
        let
          name = storeName (baseNameOf path);
          url = "${entry.origin}/${id}/resolve/${entry.commit}/${escaped path}";
        in
        if entry.gated == "open" then
          pkgs.fetchurl { inherit name sha256 url; }
        else
          pkgs.requireFile {
            inherit name sha256;
            message = ''
              ${path} of ${id} is given only to accounts that accepted its terms. Fetch it, and add it to the store:
                hf download ${id} '${path}' --revision ${entry.commit} --local-dir .
                nix-store --add-fixed sha256 '${path}'
            '';
          };
    in
    pkgs.linkFarm "${storeName (baseNameOf id)}-${substring 0 12 entry.commit}" (
      map (path: {
        name = path;
        path = file path entry.files.${path};
      }) (attrNames entry.files)
    );
}
