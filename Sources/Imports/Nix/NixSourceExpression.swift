/// The expression with which Nix reads a file for an import.
package enum NixSourceExpression {
  /// A function of the file's path, whose value has the containers and services of the file.
  ///
  /// The file is not evaluated as a module of NixOS, because its system is not known. Its functions get sets
  /// that have what such files use of `lib`, and a text such as `${nix:config.users.me}` in place of each value
  /// of the system.
  package static let text = #"""
    { file }:
    let
      inherit (builtins)
        attrNames concatLists concatMap concatStringsSep elem elemAt filter foldl' functionArgs genList hasAttr head
        isAttrs isBool isFunction isList isPath isString length listToAttrs map mapAttrs match readFile split
        stringLength substring tail toJSON toString;

      # The names of a text that follow `config.` and others, because a set needs its names in advance.
      text = readFile file;
      chains = word: map head (filter isList (split "[^A-Za-z0-9_.'-]${word}[.]([A-Za-z0-9_.\"'-]+)" " ${text}"));
      # `cfg = config.services.NAME;` gives a part another name.
      aliases = filter isList (split "([A-Za-z0-9_]+)[[:space:]]*=[[:space:]]*config[.]([A-Za-z0-9_.\"'-]+)[[:space:]]*;" text);
      path = chain: filter (part: isString part && part != "") (split "[.\"]+" chain);
      set = names: value: if names == [ ] then value else { ${head names} = set (tail names) value; };
      known = {
        home.homeDirectory = "~";
        xdg = {
          cacheHome = "~/.cache";
          configHome = "~/.config";
          dataHome = "~/.local/share";
          stateHome = "~/.local/state";
        };
      };
      isLast = names: word: elemAt names (length names - 1) == word;
      leaf = word: names:
        if isLast names "enable" then true else "\${nix:${concatStringsSep "." ([ word ] ++ names)}}";
      deep = a: b: if isAttrs a && isAttrs b then a // mapAttrs (name: value: if a ? ${name} then deep a.${name} value else value) b else if isAttrs a then a else b;
      stub = word: foldl' deep { } (map (chain: let names = path chain; in if names == [ ] then { } else set names (leaf word names)) (chains word ++ optionals (word == "config") (concatMap (alias: map (chain: "${elemAt alias 1}.${chain}") (chains (head alias))) aliases)));
      # The defaults of options that the file declares.
      defaults = value:
        if !(isAttrs value) then absent
        else if value._type or "" == "option" then value.default or absent
        else lib.filterAttrs (name: item: name != "enable" && !(isAbsent item)) (mapAttrs (_: defaults) value);
      program = name: rec {
        type = "derivation";
        inherit name;
        pname = name;
        outPath = "\${nix:pkgs.${name}}";
        out = outPath;
        bin = outPath;
        override = _: program name;
        overrideAttrs = _: program name;
        __toString = _: outPath;
      };
      pkgs = listToAttrs (map (chain: let name = head (path chain); in { inherit name; value = program name; }) (filter (chain: path chain != [ ]) (chains "pkgs"))) // {
        inherit lib;
        system = "x86_64-linux";
        stdenv = { isLinux = true; isDarwin = false; hostPlatform = { isLinux = true; isDarwin = false; system = "x86_64-linux"; }; };
        writeText = name: _: program name;
        writeShellScript = name: _: program name;
        writeShellScriptBin = name: _: program name;
        formats = listToAttrs (map (name: { inherit name; value = _: { type = null; generate = file: _: program file; }; }) [ "json" "yaml" "toml" "ini" ]);
      };
      holds = condition: !(isBool condition) || condition;
      optionals = condition: list: if holds condition then list else [ ];
      escapeShellArg = value:
        let written = toString value; in
        if match "[A-Za-z0-9,._+:@%/-]+" written != null then written
        else "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] written}'";
      override = priority: content: { _type = "override"; inherit priority content; };
      flatten = value: if isList value then concatMap flatten value else [ value ];
      lib = rec {
        inherit (builtins) attrNames attrValues concatLists concatMap concatStringsSep elem elemAt filter foldl' fromJSON genList getAttr hasAttr head isAttrs isBool isFunction isInt isList isString length listToAttrs map mapAttrs max min readFile replaceStrings split stringLength substring tail toJSON toString trace;
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
        if !(isAttrs value) || !(value ? _type) then value
        else if value._type == "if" then (if holds value.condition then plain value.content else absent)
        else if value._type == "override" || value._type == "order" then plain value.content
        else if value._type == "merge" then foldl' both absent (map plain value.contents)
        else value;
      both = a: b:
        if isAbsent a then b else if isAbsent b then a
        else if isAttrs a && isAttrs b then a // mapAttrs (name: value: if a ? ${name} then both (plain a.${name}) (plain value) else value) b
        else if isList a && isList b then a ++ b
        else b;
      clean = value:
        let own = plain value; in
        if isAbsent own then own
        else if isPath own then toString own
        else if isFunction own then "\${nix:function}"
        else if isList own then filter (item: !(isAbsent item)) (map clean own)
        else if !(isAttrs own) then own
        else if own ? outPath then toString own.outPath
        else lib.filterAttrs (_: item: !(isAbsent item)) (mapAttrs (_: clean) own);
      at = names: value:
        let own = plain value; in
        if names == [ ] then own
        else if isAttrs own && own ? ${head names} then at (tail names) own.${head names} else absent;

      arguments = {
        inherit lib pkgs;
        config = deep (deep (stub "config") known) (defaults (module.options or { }));
        options = stub "options";
        osConfig = stub "osConfig";
        inputs = stub "inputs";
        self = stub "self";
        modulesPath = "/modules";
        name = "name";
      };
      call = value:
        if isFunction value || isAttrs value && value ? __functor then
          call (value (arguments // listToAttrs (map (name: { inherit name; value = arguments.${name} or (stub name); }) (attrNames (if isFunction value then functionArgs value else { })))))
        else value;
      module = call (import file);
      whole =
        if isAttrs module && isFunction (module.outputs or null)
        then throw "it is a flake, so import the file of one of its modules"
        else plain module;
      own = if isAttrs whole && whole ? config then both (plain (removeAttrs whole [ "config" "options" "imports" ])) (plain whole.config) else whole;
      paths = [
        [ "services" "podman" "containers" ]
        [ "services" "ollama" ]
        [ "services" "llama-cpp" ]
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
