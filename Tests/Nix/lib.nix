# What nix/lib.nix computes, beside what it should be; evaluates to the names of the tests.
{
  lib ? import ../../nix/lib.nix,
}:

let
  instance =
    {
      name,
      runtime ? "tgi",
      networks ? [ "local-ai" ],
      volumes ? [ ],
    }:
    {
      inherit
        name
        runtime
        networks
        volumes
        ;
      podman = "5.4";
      devices = [ "nvidia.com/gpu=all" ];
      containers.${name} = {
        image = "example.org/${name}:1";
        autoStart = true;
        extraConfig.Service.Restart = "on-failure";
      };
    };

  one = instance {
    name = "one";
    volumes = [ "huggingface" ];
  };
  two =
    instance {
      name = "two";
      runtime = "ollama";
      volumes = [ "two" ];
    }
    // {
      containers = {
        two = { };
        two-model = { };
      };
    };
  instances = [
    one
    two
  ];

  fails = expression: !(builtins.tryEval (builtins.deepSeq expression expression)).success;
  without =
    name: (lib.mkContainers (lib.override { ${name}.autoStart = false; } instances)).${name}.autoStart;

  tests = {
    "an instance gives its containers" = {
      actual = lib.mkModelService one;
      expected = one.containers;
    };
    "mkTgiService makes what mkModelService does" = {
      actual = lib.mkTgiService one;
      expected = one.containers;
    };
    "all containers are there, tasks too" = {
      actual = builtins.attrNames (lib.mkContainers instances);
      expected = [
        "one"
        "two"
        "two-model"
      ];
    };
    "a network of two instances is one" = {
      actual = lib.mkNetworks instances;
      expected.local-ai = { };
    };
    "every volume is declared" = {
      actual = lib.mkVolumes instances;
      expected = {
        huggingface.labels."ai-models.store" = "true";
        two.labels."ai-models.store" = "true";
      };
    };
    "what a server needs that does not wait does not wait" = {
      actual =
        let
          hasty = map (
            instance:
            instance
            // {
              podman = "5.4";
              waitForNetwork = instance.name != "two";
            }
          ) instances;
        in
        [
          (lib.mkNetworks hasty).local-ai
          (lib.mkVolumes hasty).two.extraConfig
          ((lib.mkVolumes hasty).huggingface ? extraConfig)
          (lib.mkNetworks (map (instance: instance // { podman = "5.2"; }) hasty)).local-ai
        ];
      expected = [
        { extraConfig.Quadlet.DefaultDependencies = "false"; }
        { Quadlet.DefaultDependencies = "false"; }
        false
        { }
      ];
    };
    "an override adds to a list" = {
      actual =
        (lib.mkContainers (
          lib.override {
            one.container.extraConfig.Container.DNS = [ "9.9.9.9" ];
          } (
            map (
              instance:
              instance
              // {
                containers = builtins.mapAttrs (
                  _: container: container // { extraConfig.Container.DNS = [ "1.1.1.1" ]; }
                ) instance.containers;
              }
            ) instances
          )
        )).one.extraConfig.Container.DNS;
      expected = [
        "1.1.1.1"
        "9.9.9.9"
      ];
    };
    "an override changes the server alone" = {
      actual = without "one";
      expected = false;
    };
    "an override reaches into a section" = {
      actual =
        (lib.mkContainers (lib.override { one.container.extraConfig.Service.RestartSec = "5"; } instances))
        .one.extraConfig.Service;
      expected = {
        Restart = "on-failure";
        RestartSec = "5";
      };
    };
    "an override without an instance is refused" = {
      actual = fails (lib.override { three.autoStart = false; } instances);
      expected = true;
    };
    "a Podman that is old enough to lack keys is refused" = {
      actual = map (podman: builtins.length (lib.errors { inherit instances podman; })) [
        "5.3.2"
        "5.4"
        "5.4.2"
        "5.10.0"
        null
      ];
      expected = [
        1
        0
        0
        0
        0
      ];
    };
    "a token's file in the store is refused" = {
      actual =
        map
          (
            file:
            builtins.length (
              lib.errors {
                instances = lib.override {
                  one.container.extraConfig.Container.EnvironmentFile = file;
                } instances;
              }
            )
          )
          [
            "${builtins.storeDir}/abc-token"
            [ "${builtins.storeDir}/abc-token" ]
            "/home/me/token"
          ];
      expected = [
        1
        1
        0
      ];
    };
    "what NixOS lacks is said, where there is a NixOS" = {
      actual =
        map
          (
            os:
            builtins.length (
              lib.warnings {
                inherit instances os;
                user = "me";
              }
            )
          )
          [
            null
            {
              hardware.nvidia-container-toolkit.enable = false;
              users.users.me.linger = false;
            }
            {
              hardware.nvidia-container-toolkit.enable = true;
              users.users.me.linger = null;
            }
            { }
          ];
      expected = [
        0
        2
        0
        0
      ];
    };
    "no instances are no containers" = {
      actual = [
        (lib.mkContainers [ ])
        (lib.mkNetworks [ ])
        (lib.mkVolumes [ ])
      ];
      expected = [
        { }
        { }
        { }
      ];
    };
  };
in

map (
  name:
  let
    test = tests.${name};
  in
  if test.actual == test.expected then
    name
  else
    throw "${name}: ${builtins.toJSON test.actual} is not ${builtins.toJSON test.expected}"
) (builtins.attrNames tests)
