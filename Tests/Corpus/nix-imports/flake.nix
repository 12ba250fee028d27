{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs = { self, nixpkgs }: { nixosConfigurations.box = nixpkgs.lib.nixosSystem { modules = [ ./system.nix ]; }; };
}
