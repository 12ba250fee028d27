{
  home.username = "me";
  home.homeDirectory = "/home/me";
  home.stateVersion = "25.11";
  programs.home-manager.enable = true;

  services.ai-models = {
    enable = true;
    workspace = ./ai-models;
  };
}
