# amm, built with nixpkgs' Swift (6.2 or newer).
{
  lib,
  stdenv,
  swift,
  swiftpm,
  # Missing from nixpkgs if Swift is too old. The default makes the message below appear.
  fetchSwiftPMDeps ? null,
  curl,
  installShellFiles,
  libyaml,
  openssl,
  pkg-config,
}:

let
  oldest = "6.2";
  # SwiftPM requires the pins next to Package.swift. This repository keeps them in nix/.
  postPatch = ''
    cp nix/pins.json Package.resolved
  '';
in

lib.throwIfNot (lib.versionAtLeast swift.version oldest && fetchSwiftPMDeps != null)
  "amm needs Swift ${oldest} or newer and fetchSwiftPMDeps, but this nixpkgs has Swift ${swift.version}: use nixos-unstable from September 2026 or later, for example by removing the 'follows' of amm's input"

  stdenv.mkDerivation
  (finalAttrs: {
    pname = "amm";
    version = lib.removeSuffix "\n" (builtins.readFile ./version);

    # Only what the build reads, so that other changes do not cause a rebuild.
    src = lib.fileset.toSource {
      root = ../.;
      fileset = lib.fileset.unions [
        ../.github
        ../Makefile
        ../Package.swift
        ../Sources
        ../Tests
        ../docs
        ../nix/pins.json
        ../profiles
        ../share
      ];
    };
    inherit postPatch;

    swiftpmDeps = fetchSwiftPMDeps {
      inherit (finalAttrs) pname version src;
      inherit postPatch;
      # `nix hash path` of Packages/<name>/ and Package.resolved, computed by nix/update-pins.
      hash = lib.removeSuffix "\n" (builtins.readFile ./pins.hash);
    };

    strictDeps = true;
    nativeBuildInputs = [
      installShellFiles
      pkg-config
      swift
      swiftpm
    ];
    buildInputs = [
      curl
      libyaml
      openssl
    ];

    # Swift's runtime is linked statically, so that amm starts in a few milliseconds.
    swiftpmFlags = [ "--static-swift-stdlib" ];

    postInstall = ''
      mkdir -p $out/libexec/amm
      mv $out/bin/amm-compare $out/bin/amm-fetch $out/libexec/amm/
      ln -s amm $out/bin/ai-model-manager
      mkdir -p $out/share/amm/schemas
      cp -r profiles share/python share/tasks $out/share/amm/
      installManPage docs/man/*.1
    ''
    + lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) ''
      for format in profile instances experiment task; do
        $out/bin/amm schema $format > $out/share/amm/schemas/$format.json
      done
      installShellCompletion --cmd amm \
        --bash <($out/bin/amm --generate-completion-script bash) \
        --zsh <($out/bin/amm --generate-completion-script zsh) \
        --fish <($out/bin/amm --generate-completion-script fish)
    '';

    meta = {
      description = "Compiles YAML profiles of language models into Podman quadlets and Nix";
      license = lib.licenses.mit;
      mainProgram = "amm";
      platforms = [
        "x86_64-linux"
        "aarch64-linux"
      ];
    };
  })
