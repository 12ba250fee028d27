/// The expression with which Nix reads a file for an import.
package enum NixSourceExpression {
  /// A function of the file's path, whose value has the containers and services of the file.
  ///
  /// The file is not evaluated as a module of NixOS, because its system is not known. Its functions get sets
  /// that have what such files use of `lib`, and a text such as `${nix:config.users.me}` in place of each value
  /// of the system.
  ///
  /// With `loose`, a value of the system is a set that is also a function and a text, so that a file can call
  /// it. Without, it is a text, so that it can be the name of a container.
  package static let text = #"""
    { file, loose ? false }:
    let
      inherit (builtins)
        attrNames concatLists concatMap concatStringsSep elem elemAt filter foldl' functionArgs genList groupBy hasAttr
        head intersectAttrs isAttrs isBool isFunction isList isPath isString length listToAttrs map mapAttrs match
        readFile split stringLength substring tail toJSON toString;

      # The names of a text that follow `config.` and others, because a set needs its names in advance.
      text = readFile file;
      chains = word: map head (filter isList (split "[^A-Za-z0-9_.'-]${word}[.]([A-Za-z0-9_.\"'-]+)" " ${text}"));
      # `cfg = config.services.NAME;` gives a part another name.
      aliases = filter isList (split "([A-Za-z0-9_]+)[[:space:]]*=[[:space:]]*config[.]([A-Za-z0-9_.\"'-]+)[[:space:]]*;" text);
      path = chain: filter (part: isString part && part != "") (split "[.\"]+" chain);
      set = names: value: if names == [ ] then value else { ${head names} = set (tail names) value; };
      # Every word of the text can be the name of something.
      words = mapAttrs (_: _: null) (groupBy (word: word) (filter (word: isString word && word != "") (split "[^A-Za-z0-9_'-]+" text)))
        // { ${platform.system} = null; };
      platform = { isLinux = true; isDarwin = false; isx86_64 = true; isAarch64 = false; system = "x86_64-linux"; };
      isFlag = name: match "enable[A-Z_].*|.*[eE]nabled?|(is|has)[A-Z].*" name != null;
      # What turns on a kind of GPU in the arguments of a package, as words after its name.
      kinds = arguments:
        let
          given = if isFunction arguments then arguments (unknown "old") else arguments;
          has = name: isSet given && given ? ${name};
          uses = name:
            isUnknown given && lib.hasInfix name (toString given) || has "${name}Support" && given."${name}Support" == true
            || has "acceleration" && given.acceleration == name;
        in
        concatStringsSep "" (map (name: " ${name}") (filter uses [ "cuda" "rocm" "vulkan" ]));
      # A value that only the system has: whatever a file makes of it is one, too.
      parts = name: mapAttrs (part: _: if isFlag part then true else unknown "${name}.${part}") words;
      unknown = name: parts name // {
        __unknown = true;
        __toString = _: "\${nix:${name}}";
        __functor = _: arguments: unknown (name + kinds arguments);
        override = arguments: unknown (name + kinds arguments);
        overrideAttrs = _: unknown name;
      };
      isUnknown = value: isAttrs value && value ? __unknown;
      isOpen = value: isUnknown value || isString value && lib.hasPrefix "\${nix:" value;
      packages = name: unknown name // {
        inherit lib;
        inherit (platform) system;
        hostPlatform = platform;
        stdenv = unknown "${name}.stdenv" // platform // { hostPlatform = platform; targetPlatform = platform; buildPlatform = platform; };
        formats = listToAttrs (map (name: { inherit name; value = _: { type = null; generate = file: _: unknown "pkgs.${file}"; }; }) [ "json" "yaml" "toml" "ini" ]);
        __functor = _: _: packages name;
      };
      pkgs = packages "pkgs";
      # What files fetch or import from elsewhere is not known.
      scope = rec {
        import = path:
          if isOpen path then packages (lib.removeSuffix "}" (lib.removePrefix "\${nix:" (toString path)))
          else outer.import path;
        __findFile = _: name: unknown "<${name}>";
        fetchTarball = _: unknown "fetchTarball";
        fetchGit = _: unknown "fetchGit";
        builtins = outer // {
          inherit import fetchTarball fetchGit;
          fetchurl = _: unknown "fetchurl";
          getFlake = _: unknown "getFlake";
          replaceStrings = from: to: value: outer.replaceStrings from to (if isUnknown value then toString value else value);
        };
      };
      outer = builtins;
      known = {
        nixpkgs = { inherit (platform) system; hostPlatform = platform; };
        home.homeDirectory = "~";
        xdg = {
          cacheHome = "~/.cache";
          configHome = "~/.config";
          dataHome = "~/.local/share";
          stateHome = "~/.local/state";
        };
      };
      isSet = value: isAttrs value && !(isUnknown value);
      leaf = word: names:
        if isFlag (elemAt names (length names - 1)) then true else "\${nix:${concatStringsSep "." ([ word ] ++ names)}}";
      deep = a: b: if isAttrs a && isSet b then a // mapAttrs (name: value: if a ? ${name} then deep a.${name} value else value) b else if isSet a then a else b;
      stub = word:
        let
          found = map path (chains word ++ optionals (word == "config") (concatMap (alias: map (chain: "${elemAt alias 1}.${chain}") (chains (head alias))) aliases));
          made = foldl' deep { } (map (names: if names == [ ] then { } else set names (leaf word names)) found);
        in
        if loose || made == { } then unknown word else made;
      # The defaults of options that the file declares.
      defaults = value:
        if !(isSet value) then absent
        else if value._type or "" == "option" then value.default or absent
        else lib.filterAttrs (name: item: name != "enable" && !(isAbsent item)) (mapAttrs (_: defaults) value);
      holds = condition: !(isBool condition) || condition;
      optionals = condition: list: if holds condition then list else [ ];
      escapeShellArg = value:
        let written = toString value; in
        if match "[A-Za-z0-9,._+:@%/-]+" written != null then written
        else "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] written}'";
      override = priority: content: { _type = "override"; inherit priority content; };
      flatten = value: if isList value then concatMap flatten value else [ value ];
      # A function that is not here makes something unknown.
      lib = parts "lib" // rec {
        inherit (builtins)
          all any attrNames attrValues catAttrs ceil compareVersions concatLists concatMap concatStringsSep div elem
          elemAt filter floor foldl' fromJSON functionArgs genList getAttr groupBy hasAttr head intersectAttrs isAttrs
          isBool isFloat isFunction isInt isList isPath isString length listToAttrs map mapAttrs max min partition
          readFile removeAttrs replaceStrings seq sort split stringLength substring tail toJSON toString trace;
        mkIf = condition: content: { _type = "if"; inherit condition content; };
        mkMerge = contents: { _type = "merge"; inherit contents; };
        mkOverride = override;
        mkDefault = override 1000;
        mkOptionDefault = override 1500;
        mkForce = override 50;
        mkVMOverride = override 10;
        mkOrder = _: content: content;
        mkBefore = content: content;
        mkAfter = content: content;
        mkOption = option: option // { _type = "option"; };
        mkEnableOption = _: { _type = "option"; };
        mkPackageOption = _: _: _: { _type = "option"; };
        literalExpression = text: text;
        literalMD = text: text;
        types = let any = { __functor = _: _: any; }; in listToAttrs (map (name: { inherit name; value = any; }) [
          "anything" "attrs" "attrsOf" "bool" "either" "enum" "float" "functionTo" "int" "lazyAttrsOf" "lines" "listOf"
          "nonEmptyStr" "nullOr" "number" "oneOf" "package" "path" "port" "raw" "singleLineStr" "str" "strMatching"
          "submodule" "submoduleWith" "uniq" "unspecified"
        ]) // { ints = { positive = any; unsigned = any; between = _: _: any; }; };
        optional = condition: value: optionals condition [ value ];
        inherit optionals flatten escapeShellArg;
        optionalString = condition: string: if holds condition then string else "";
        optionalAttrs = condition: value: if holds condition then value else { };
        escapeShellArgs = list: concatStringsSep " " (map escapeShellArg list);
        concatStrings = concatStringsSep "";
        concatLines = list: concatStrings (map (line: line + "\n") list);
        concatMapStrings = f: list: concatStrings (map f list);
        concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
        mapAttrsToList = f: value: map (name: f name value.${name}) (attrNames value);
        mapAttrs' = f: value: listToAttrs (mapAttrsToList f value);
        concatMapAttrs = f: value: foldl' (a: b: a // b) { } (mapAttrsToList f value);
        nameValuePair = name: value: { inherit name value; };
        filterAttrs = f: value: listToAttrs (concatMap (name: optionals (f name value.${name}) [ { inherit name; value = value.${name}; } ]) (attrNames value));
        genAttrs = names: f: listToAttrs (map (name: { inherit name; value = f name; }) names);
        recursiveUpdate = deep;
        mergeAttrs = a: b: a // b;
        foldl = foldl';
        foldr = f: last: list: if list == [ ] then last else f (head list) (foldr f last (tail list));
        range = first: last: genList (index: first + index) (if last < first then 0 else last - first + 1);
        imap0 = f: list: genList (index: f index (elemAt list index)) (length list);
        imap1 = f: list: genList (index: f (index + 1) (elemAt list index)) (length list);
        zipListsWith = f: a: b: genList (index: f (elemAt a index) (elemAt b index)) (min (length a) (length b));
        unique = foldl' (found: value: if elem value found then found else found ++ [ value ]) [ ];
        remove = value: filter (other: other != value);
        singleton = value: [ value ];
        toList = value: if isList value then value else [ value ];
        last = list: elemAt list (length list - 1);
        take = count: list: genList (elemAt list) (min count (length list));
        splitString = separator: string: filter isString (split (escapeRegex separator) string);
        escapeRegex = builtins.replaceStrings [ "." "+" "*" "?" "(" ")" "[" "]" "{" "}" "|" "^" "$" "\\" ] [ "\\." "\\+" "\\*" "\\?" "\\(" "\\)" "\\[" "\\]" "\\{" "\\}" "\\|" "\\^" "\\$" "\\\\" ];
        hasPrefix = prefix: string: substring 0 (stringLength prefix) string == prefix;
        removePrefix = prefix: string: if hasPrefix prefix string then substring (stringLength prefix) (-1) string else string;
        hasSuffix = suffix: string: let rest = stringLength string - stringLength suffix; in rest >= 0 && substring rest (-1) string == suffix;
        removeSuffix = suffix: string: if hasSuffix suffix string then substring 0 (stringLength string - stringLength suffix) string else string;
        trim = string: let found = match "[[:space:]]*(.*[^[:space:]])[[:space:]]*" string; in if found == null then "" else head found;
        boolToString = value: if value then "true" else "false";
        attrByPath = names: standard: value: if names == [ ] then value else if value ? ${head names} then attrByPath (tail names) standard value.${head names} else standard;
        setAttrByPath = set;
        getExe = value: toString value;
        getExe' = value: name: "${toString value}/bin/${name}";
        makeBinPath = list: concatMapStringsSep ":" (value: "${toString value}/bin") list;
        id = value: value;
        const = value: _: value;
        pipe = foldl' (value: f: f value);
        flip = f: a: b: f b a;
        warn = _: value: value;
        warnIf = _: _: value: value;
        assertMsg = _: _: true;
        toInt = fromJSON;
        hasInfix = part: string: length (split (escapeRegex part) (toString string)) > 1;
        drop = count: list: genList (index: elemAt list (index + count)) (max 0 (length list - count));
        mergeAttrsList = foldl' mergeAttrs { };
        cli.toGNUCommandLine = _: value: concatLists (mapAttrsToList (name: option: if isBool option then optionals option [ "--${name}" ] else [ "--${name}" (toString option) ]) value);
        cli.toGNUCommandLineShell = options: value: escapeShellArgs (cli.toGNUCommandLine options value);
        inherit lib;
        strings = lib;
        lists = lib;
        attrsets = lib;
        trivial = lib;
        modules = lib;
        options = lib;
      };

      absent = { _amm = "absent"; };
      isAbsent = value: isAttrs value && value ? _amm;
      # The value of a definition without mkIf, mkMerge, mkDefault and others.
      plain = value:
        if !(isSet value) || !(value ? _type) then value
        else if value._type == "if" then (if holds value.condition then plain value.content else absent)
        else if value._type == "override" || value._type == "order" then plain value.content
        else if value._type == "merge" then foldl' both absent (map plain value.contents)
        else value;
      both = a: b:
        if isAbsent a then b else if isAbsent b then a
        else if isSet a && isSet b then a // mapAttrs (name: value: if a ? ${name} then both (plain a.${name}) (plain value) else value) b
        else if isList a && isList b then a ++ b
        else b;
      clean = value:
        let own = plain value; in
        if isAbsent own then own
        else if isPath own then toString own
        else if isFunction own then "\${nix:function}"
        else if isList own then filter (item: !(isAbsent item)) (map clean own)
        else if !(isAttrs own) then own
        else if own ? __toString || own ? outPath then toString own
        else lib.filterAttrs (_: item: !(isAbsent item)) (mapAttrs (_: clean) own);
      at = names: value:
        let own = plain value; in
        if names == [ ] then own
        else if isSet own && own ? ${head names} then at (tail names) own.${head names} else absent;

      arguments = {
        inherit lib pkgs;
        inherit (platform) system;
        config = deep (deep (stub "config") known) (defaults (module.options or { }));
        options = stub "options";
        osConfig = stub "osConfig";
        inputs = stub "inputs";
        self = stub "self";
        modulesPath = "/modules";
        name = "name";
      };
      # The name of the argument of a file that begins with `NAME:`.
      argument =
        let
          lines = filter (line: isString line && match "[[:space:]]*(#.*)?" line == null) (split "\n" text);
          found = if lines == [ ] then null else match "[[:space:]]*([A-Za-z_][A-Za-z0-9_'-]*)[[:space:]]*:.*" (head lines);
        in
        if found == null then "argument" else head found;
      call = value:
        if isFunction value then
          let
            named = mapAttrs (name: _: arguments.${name} or (stub name)) (functionArgs value);
            given = if named == { } then arguments // { __toString = _: "\${nix:${argument}}"; } else arguments // named;
          in
          call (value (if !loose then given else if named == { } then unknown argument // given else named))
        else if isSet value && value ? __functor then call (value arguments)
        else value;
      module = call (builtins.scopedImport scope file);
      whole =
        if isSet module && isFunction (module.outputs or null)
        then throw "it is a flake, so import the file of one of its modules"
        else plain module;
      own = if isSet whole && whole ? config then both (plain (removeAttrs whole [ "config" "options" "imports" ])) (plain whole.config) else whole;
      paths = [
        [ "services" "podman" "containers" ]
        [ "services" "ollama" ]
        [ "services" "llama-cpp" ]
        [ "systemd" "services" "ollama" "environment" ]
        [ "systemd" "services" "llama-cpp" "environment" ]
        [ "virtualisation" "oci-containers" ]
        [ "virtualisation" "quadlet" ]
        [ "containers" ]
      ];
      select = value: foldl' deep { } (map (names: let found = clean (at names value); in if isAbsent found then { } else set names found) paths);
      users = at [ "home-manager" "users" ] own;
      result =
        if isList own then clean own
        else select own // (if isAbsent users then { } else { home-manager.users = mapAttrs (_: user: let found = call user; in select (if isAttrs found && found ? config then found.config else found)) users; });
    in
    result
    """#
}
