{
  home.username = "me";
  home.homeDirectory = "/home/me";
  home.stateVersion = "25.11";

  services.ai-models = {
    enable = true;
    workspace = ./ai-models;
  };
}
