# The options of services.ai-models that home-manager and NixOS share.
self:
{ lib, pkgs, ... }:

let
  inherit (lib) mkOption types;
in
{
  options.services.ai-models = {
    package = mkOption {
      type = types.package;
      default = self.packages.${pkgs.stdenv.hostPlatform.system}.amm;
      defaultText = lib.literalExpression "inputs.amm.packages.\${system}.amm";
      description = "The amm package that checks and compiles the workspace.";
    };

    workspace = mkOption {
      type = types.path;
      example = lib.literalExpression "./ai-models";
      description = "The folder with instances.yaml, profiles/ and active/.";
    };

    strict = mkOption {
      type = types.bool;
      default = false;
      description = "Whether amm's warnings also fail the build.";
    };

    policy = mkOption {
      type = types.nullOr types.path;
      default = null;
      example = lib.literalExpression ''"''${./policies}/models.yaml"'';
      description = ''
        A policy to check profiles and instances against: see docs/guide/policy.md. If the policy names a
        lock, pass a path in the folder that contains both, as in the example.
      '';
    };
  };
}
