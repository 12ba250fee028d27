# home-manager's own entry point with its complete module list, for the user CONF describes.
#   nix-build configuration.nix --arg conf ./home.nix -A activationPackage
# The folder it stands in holds, put there by `try`: home-manager/, stub-nixpkgs/ (with lib/).
{
  conf,
  hm ? ./home-manager,
  quadletBin ? "/usr/libexec/podman/quadlet",
  user ? "tester",
}:
let
  pkgs = import ./stub-nixpkgs { config.quadletBin = quadletBin; };
  base = {
    home.username = user;
    home.homeDirectory = "/home/${user}";
    home.stateVersion = "24.05";
    services.podman.enable = true;
    # Parts of home-manager that need packages of the real nixpkgs.
    manual.manpages.enable = false;
    manual.html.enable = false;
    manual.json.enable = false;
    programs.man.enable = false;
    xdg.mime.enable = false;
    news.display = "silent";
  };
  configuration = (import "${toString hm}/lib" { inherit (pkgs) lib; }).homeManagerConfiguration;
in
configuration (
  builtins.intersectAttrs (builtins.functionArgs configuration) {
    inherit pkgs;
    check = true;
    modules = [
      base
      conf
    ];
  }
)
