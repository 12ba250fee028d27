# Minimal stand-in (written for this harness) for the nixpkgs file of the same path.
{ lib, ... }:
{
  options.meta = {
    maintainers = lib.mkOption {
      type = lib.types.listOf lib.types.unspecified;
      default = [ ];
      internal = true;
    };
    teams = lib.mkOption {
      type = lib.types.listOf lib.types.unspecified;
      default = [ ];
      internal = true;
    };
    doc = lib.mkOption {
      type = lib.types.unspecified;
      default = null;
      internal = true;
    };
    buildDocsInSandbox = lib.mkOption {
      type = lib.types.bool;
      default = true;
      internal = true;
    };
  };
}
