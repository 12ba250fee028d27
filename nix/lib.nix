# amm's functions for Nix. They use only builtins.
#
# An *instance* is an element of generated/instances.nix: an attribute set with `name`, `runtime`,
# `port`, `endpoint`, … and `containers`, complete values of home-manager's
# services.podman.containers.
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
    removeAttrs
    ;

  merge = left: right: left // right;

  # Merges `right` over `left` recursively. A list is appended to an existing list.
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

  # The units of a list of instances, by the names under a key. If a server does not wait for the
  # network, neither do the units that it needs. Podman's generator supports this since 5.3.
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

  # A text as one word of a shell.
  word = text: "'" + builtins.replaceStrings [ "'" ] [ "'\\''" ] text + "'";

  # Whether two host names are one machine's: one may lack the domain.
  isMachine =
    one: other:
    let
      labels =
        name:
        filter (part: builtins.isString part && part != "") (builtins.split "\\." (lower name));
      lower = builtins.replaceStrings (letters "ABCDEFGHIJKLMNOPQRSTUVWXYZ") (
        letters "abcdefghijklmnopqrstuvwxyz"
      );
      letters = text: builtins.genList (index: builtins.substring index 1 text) 26;
      isStart =
        short: long:
        builtins.genList (builtins.elemAt long) (builtins.length short) == short && short != [ ];
      left = labels one;
      right = labels other;
    in
    if builtins.length left <= builtins.length right then isStart left right else isStart right left;

  # Runs amm without nixpkgs. amm's messages are the log of the build.
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
  # The services.podman.containers of one instance: its server and, if a model has to be created on
  # the running server, the task that creates it.
  mkModelService = instance: instance.containers;

  # The same function under the name in the design document.
  mkTgiService = mkModelService;

  # The services.podman.{containers,networks,volumes} of a list of instances.
  mkContainers = instances: foldl' merge { } (map mkModelService instances);
  mkNetworks = units "networks";

  # The systemd.user.{sockets,services} that start servers on demand.
  mkSockets = instances: foldl' merge { } (map (instance: instance.sockets or { }) instances);
  mkServices = instances: foldl' merge { } (map (instance: instance.services or { }) instances);

  # The configuration files of programs that run on the machine itself, by their names.
  mkFiles = instances: foldl' merge { } (map (instance: instance.files or { }) instances);
  mkVolumes =
    instances:
    listToAttrs (
      map (name: {
        inherit name;
        value = { };
      }) (concatMap (instance: instance.dataVolumes or [ ]) instances)
    )
    // units "volumes" instances;

  # Applies changes by name to a list of instances. autoStart, as in
  # { tgi-primary.autoStart = false; }, also changes the server's container.
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
          container = overlay own (change.container or { });
        in
        # A program that runs on the machine itself, such as llama-swap, has no container.
        if instance.containers ? ${instance.name} then
          overlay instance (own // { containers.${instance.name} = container; })
        else if container == { } then
          instance
        else
          throw "services.ai-models.instances: '${instance.name}' has no container; write 'start' in instances.yaml"
      ) instances;

  # A list of sentences: why the instances cannot run with this configuration.
  #
  # podman is the version of the Podman that runs them, or null if it is not known.
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
          "services.ai-models: the workspace is written for Podman ${wanted}, but services.podman.package is ${podman}; set 'podman' under 'defaults:' in instances.yaml and run 'amm generate', or use a newer Podman"
        ]
    )
    ++ map (
      file:
      "services.ai-models: the token file ${file} is in the Nix store, which every user can read; use a file outside the store: 'token: {environment_file: …}'"
    ) inStore;

  # A list of sentences: what the NixOS configuration lacks for the instances.
  #
  # os is that configuration if home-manager is part of NixOS, or else null.
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
            "services.ai-models: instances use NVIDIA GPUs, but containers have no access to them; set 'hardware.nvidia-container-toolkit.enable = true;' in the NixOS configuration"
          ]
        else
          [ ]
      )
      ++ (
        if (os.users.users.${user}.linger or true) != false then
          [ ]
        else
          [
            "services.ai-models: servers stop when ${user} logs out; set 'users.users.${user}.linger = true;' in the NixOS configuration to keep them running"
          ]
      );

  # The folder of a workspace, for a build. One with links to other folders of a flake stays where it is in the
  # flake's source, so that they lead to their files.
  source =
    path:
    let
      text = toString path;
      above = builtins.match "(${builtins.storeDir}/[^/]+)/.+" text;
      hasLinks = elem "symlink" (builtins.attrValues (builtins.readDir path));
    in
    if builtins.isPath path && above != null && hasLinks then
      builtins.appendContext text { ${builtins.unsafeDiscardStringContext (builtins.head above)}.path = true; }
    else
      "${path}";

  # The folder below generated/ with the values for a machine, by the name of its target or its host name.
  treeFor =
    {
      # The path of generated/.
      generated,
      host,
    }:
    let
      folders = if builtins.pathExists generated then builtins.readDir generated else { };
      file = name: generated + "/${name}/instances.nix";
      trees = filter (name: folders.${name} == "directory" && builtins.pathExists (file name)) (
        attrNames folders
      );
      # The second line of the file names the machine, unless it is for any.
      machine =
        name:
        let
          head = builtins.substring 0 400 (builtins.readFile (file name));
          lines = filter builtins.isString (builtins.split "\n" head);
          found = builtins.match "# It is for the machine '(.*)'\\." (builtins.elemAt lines 1);
        in
        if found == null then null else builtins.head found;
      named = filter (name: name == host) trees;
      matching = filter (name: machine name != null && isMachine (machine name) host) trees;
      anywhere = filter (name: machine name == null) trees;
      found = builtins.head (
        filter (names: names != [ ]) [
          named
          matching
          anywhere
          [ null ]
        ]
      );
      known = map (name: if machine name == null then name else machine name) trees;
    in
    if trees == [ ] then
      throw "services.ai-models: the workspace has no generated/instances.nix and no generated/TARGET/instances.nix; run 'amm generate' in it and commit generated/"
    else if host == null then
      throw "services.ai-models: the workspace has several targets; set 'services.ai-models.target' to that of this machine: ${concatStringsSep ", " trees}"
    else if found == [ null ] then
      throw "services.ai-models: no target of the workspace is for '${host}'; those for users are for ${concatStringsSep ", " known}. If instances.yaml has one, run 'amm generate' and commit generated/"
    else if builtins.length found > 1 then
      throw "services.ai-models: several targets are for '${host}'; set 'services.ai-models.target' to one of ${concatStringsSep ", " found}"
    else
      builtins.head found;

  # A derivation with the files that `amm generate` writes for a workspace. An invalid profile fails
  # the build, and the log contains amm's messages.
  compile =
    { amm, system }:
    {
      workspace,
      name ? "ai-models",
      # The version of Podman to write for if the workspace does not set one; null for the oldest.
      podman ? null,
      # The path of a policy to check profiles and instances against; null for none.
      policy ? null,
      # The name of a target, or the host name of its machine, for its files alone; null for all.
      host ? null,
      # With 'host', the target of the "user" or of the "system"; null for either.
      scope ? null,
    }:
    run {
      inherit amm name system;
      # With 'cd', the paths in messages are relative to the workspace.
      command = ''
        cd ${workspace}
        ${if policy == null then "" else "amm validate --workspace . --policy ${policy} >&2"}
        amm generate --workspace . --output ${placeholder "out"} ${
          if podman == null then "" else "--podman ${podman}"
        } ${if host == null then "" else "--for ${word host}"} ${
          if host == null || scope == null then "" else "--scope ${scope}"
        } >&2
      '';
    };

  # The files of each of several machines, by their host names: what `compile` makes with 'host'.
  forHosts =
    tools:
    {
      hosts,
      ...
    }@args:
    listToAttrs (
      map (host: {
        name = host;
        value = compile tools (removeAttrs args [ "hosts" ] // { inherit host; });
      }) hosts
    );

  # The objects of a cluster as one file, such as for services.k3s.manifests.NAME.source.
  manifest =
    { amm, system }:
    {
      workspace,
      # The name of the target.
      target,
      name ? "ai-models.yaml",
    }:
    run {
      inherit amm name system;
      command = ''
        cd ${workspace}
        amm generate --workspace . --for ${word target} --print > ${placeholder "out"}
      '';
    };

  # The files of a target of the system with changes to instances, by their names: `autoStart`, and sections with keys
  # under `container.extraConfig`. Podman reads the changes beside the files.
  #
  # pkgs is nixpkgs.
  changed =
    {
      pkgs,
      files,
      changes,
    }:
    let
      text = value: if builtins.isBool value then (if value then "true" else "false") else toString value;
      line =
        key: value:
        if builtins.isList value then
          concatStringsSep "" (map (line key) value)
        else
          "${key}=${text value}\n";
      section =
        name: keys: "[${name}]\n" + concatStringsSep "" (map (key: line key keys.${key}) (attrNames keys));
      sections =
        all: concatStringsSep "" (map (name: section name all.${name}) (attrNames all));
      own =
        change:
        (
          if (change.autoStart or null) == null then
            ""
          else
            "[Install]\nWantedBy=\n" + (if change.autoStart then "WantedBy=multi-user.target\n" else "")
        )
        + sections (change.container.extraConfig or { });
    in
    if changes == { } then
      files
    else
      pkgs.runCommand "ai-models-changed" { } ''
        cp -r ${files} $out
        chmod -R u+w $out
        cd $out/quadlet
        ${concatStringsSep "" (
          map (name: ''
            if [ ! -e ${word name}.container ]; then
              echo services.ai-models.instances: there is no server ${word (word name)} on this machine, which has *.container >&2
              exit 1
            fi
            mkdir ${word name}.container.d
            cp ${pkgs.writeText "nixos.conf" (own changes.${name})} ${word name}.container.d/nixos.conf
          '') (attrNames changes)
        )}
      '';

  # A folder for `systemd.packages` of NixOS, from the files of a target of the system. NixOS restarts what changed:
  # it compares a link to the unit that Podman's generator makes, with a drop-in that has the file's hash. Both
  # sides of a server that starts on demand are units of its own.
  #
  # pkgs is nixpkgs.
  systemUnits =
    { pkgs, files }:
    pkgs.runCommand "ai-models-units" { } ''
      units=$out/etc/systemd/system
      mkdir -p $units
      hash() { mkdir -p $units/$1.d; printf '[Unit]\nX-AiModelsHash=%s\n' "$(cat $2 $(ls $2.d/*.conf 2>/dev/null) | sha256sum | cut -c1-64)" > $units/$1.d/ai-models.conf; }
      for file in ${files}/quadlet/*.container; do
        [ -e "$file" ] || continue
        unit=$(basename $file .container).service
        ln -s /run/systemd/generator/$unit $units/$unit
        hash $unit $file
      done
      for file in ${files}/quadlet/*.socket ${files}/quadlet/*.service; do
        [ -e "$file" ] || continue
        cp $file $units/
      done
      for file in ${files}/quadlet/*.socket; do
        [ -e "$file" ] || continue
        mkdir -p $units/sockets.target.d
        printf '[Unit]\nWants=%s\n' "$(basename $file)" > $units/sockets.target.d/$(basename $file .socket).conf
      done
    '';

  # A derivation that builds only if a workspace is valid and its generated/ is up to date.
  check =
    { amm, system }:
    {
      workspace,
      name ? "ai-models-check",
      strict ? false,
      # The path of a policy to check profiles and instances against; null for none.
      policy ? null,
      # Whether the workspace contains what is generated from it.
      isCommitted ? true,
      # The version of the Podman that runs the servers; null if it is not known.
      podman ? null,
    }:
    run {
      inherit amm name system;
      command = ''
        cd ${workspace}
        amm validate --workspace . ${if strict then "--strict" else ""} ${
          if policy == null then "" else "--policy ${policy}"
        } ${if podman == null then "" else "--podman ${podman}"} >&2
        if ${if isCommitted then "" else "false && "}! amm generate --check --workspace . >&2; then
          echo "amm: run 'amm generate' in the workspace and commit generated/" >&2
          exit 1
        fi
        echo ok > ${placeholder "out"}
      '';
    };

  # The files of a model in a lock, as a folder for `source: {type: local, path: …}` or a read-only mount. Each
  # file is fetched at the commit and with the hash from the lock. Files of a gated model are not fetched, because
  # a token must not get into the store. Nix stops and shows the commands that add them.
  #
  # Nothing is fetched unless the function is called: weights in the store are copied to every cache that the
  # store is pushed to, whatever their licence allows.
  modelFiles =
    {
      # nixpkgs, for fetchurl, requireFile and linkFarm.
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
          throw "modelFiles: '${model}' is not a Hugging Face model; Ollama fetches it itself";
      id = builtins.head (builtins.match "([^@#]*)([@#].*)?" rest);
      plain = builtins.match "[A-Za-z0-9+._?=-]*";
      # Replaces the characters that a name in the store cannot contain.
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
              ${path} of ${id} is available only to accounts that accepted its terms. Fetch it, and add it to the store:
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
