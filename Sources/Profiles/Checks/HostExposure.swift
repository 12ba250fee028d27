import Text

/// The risk of giving a container access to a place of the host.
package struct HostExposure: Sendable, Equatable {
  /// The risk, as text that follows "it is".
  package let reason: String
  /// A safe alternative; nil if there is none.
  package let instead: String?

  private init(_ reason: String, instead: String? = nil) {
    self.reason = reason
    self.instead = instead
  }

  /// Finds the risk of an absolute path, or one that begins with `~/`; nil if there is none.
  ///
  /// Only the path's text counts, so that a workspace gets the same result on every machine.
  ///
  /// - Parameter home: The user's home folder, to detect folders above it; nil if it is not known.
  package init?(of path: String, home: String? = nil) {
    let parts = path.pathParts
    if let name = parts.last, name.hasSuffix(".sock") || name.hasSuffix(".socket") {
      self.init("a socket; a program that can write to a Podman or Docker socket has your rights")
      return
    }
    let homeParts = home?.pathParts
    guard let inHome = Self.belowHome(parts, homeParts) else {
      guard let exposure = Self.ofSystem(parts, homeParts) else { return nil }
      self = exposure
      return
    }
    guard let exposure = Self.ofHome(inHome) else { return nil }
    self = exposure
  }

  /// Returns the parts below a home folder: this user's, root's or another user's; nil if it is in
  /// none.
  private static func belowHome(_ parts: [String], _ home: [String]?) -> ArraySlice<String>? {
    if parts.first == "~" { return parts.dropFirst() }
    if let home, !home.isEmpty, parts.starts(with: home) { return parts.dropFirst(home.count) }
    if parts.first == "root" { return parts.dropFirst() }
    if parts.first == "home", parts.count > 1 { return parts.dropFirst(2) }
    if parts.starts(with: ["var", "home"]), parts.count > 2 { return parts.dropFirst(3) }
    if parts.first == "Users", parts.count > 1 { return parts.dropFirst(2) }
    return nil
  }

  private static func ofSystem(_ parts: [String], _ home: [String]?) -> HostExposure? {
    // Where desktops mount disks: /run/media/USER/DISK.
    if parts.starts(with: ["run", "media"]), parts.count > 3 { return nil }
    let trees = parts.first.map { systemTrees[$0] ?? [] } ?? []
    if let tree = trees.first(where: { parts.starts(with: $0.parts) }) {
      return HostExposure(tree.reason, instead: tree.instead)
    }
    let isAbove =
      home?.starts(with: parts) == true || homes.contains { $0.starts(with: parts) }
      || trees.contains { $0.parts.starts(with: parts) }
    return isAbove
      ? HostExposure("a folder that contains home folders or parts of the system") : nil
  }

  private static func ofHome(_ parts: ArraySlice<String>) -> HostExposure? {
    // A workspace contains no secrets, but it may contain templates that a profile names.
    if parts.starts(with: [".config", "ai-models"]), parts.count > 2 { return nil }
    if parts == [".cache", "huggingface", "token"] {
      return HostExposure("the token of the Hugging Face hub", instead: "use 'token:' instead")
    }
    guard let first = parts.first else {
      return HostExposure(
        "a home folder, which contains keys, passwords and the settings of all programs")
    }
    let trees = homeTrees[first] ?? []
    if let tree = trees.first(where: { parts.starts(with: $0) }) {
      let purpose = "where keys, programs or their settings are stored"
      return HostExposure(
        parts == tree[...] ? purpose : "in '~/\(tree.joined(separator: "/"))', \(purpose)")
    }
    guard trees.contains(where: { $0.starts(with: parts) }) else { return nil }
    return HostExposure("a folder that contains keys, programs or their settings")
  }

  /// The paths of home folders, for any user 'x'.
  private static let homes: [[String]] = [["home", "x"], ["var", "home", "x"], ["Users", "x"]]

  /// Each list by its paths' first part, since most paths share it with none.
  private static let systemTrees = Dictionary(grouping: allSystemTrees) { $0.parts[0] }
  private static let homeTrees = Dictionary(grouping: allHomeTrees) { $0[0] }

  private static let allSystemTrees: [(parts: [String], reason: String, instead: String?)] = [
    (["etc"], "in '/etc', where the system's passwords and settings are", nil),
    (["proc"], "in '/proc', which gives access to every file of the host", nil),
    (
      ["sys"], "in '/sys', where the kernel's devices are configured",
      "for GPUs, use 'gpus': [nvidia], [amd], [intel] or [vulkan]"
    ),
    (
      ["dev"], "in '/dev', where the devices are",
      "for GPUs, use 'gpus': [nvidia], [amd], [intel] or [vulkan]"
    ),
    (["run"], "in '/run', where the sockets of the system and of Podman are", nil),
    (["var", "run"], "in '/run', where the sockets of the system and of Podman are", nil),
    (["boot"], "in '/boot', where the kernel is", nil),
    (["efi"], "in '/efi', where the kernel is", nil),
    (["var", "lib", "docker"], "where Docker keeps containers", nil),
    (["var", "lib", "containers"], "where Podman keeps containers", nil),
    (["var", "lib", "containerd"], "where containerd keeps containers", nil),
    (["var", "lib", "kubelet"], "where Kubernetes keeps containers and secrets", nil),
    (["var", "lib", "systemd"], "where systemd keeps its state", nil),
    (["var", "lib", "sss"], "where the system keeps passwords", nil),
    (["var", "spool"], "where programs are scheduled to run later", nil),
    (["var", "log"], "where the system's logs are", nil),
    (["var", "root"], "root's home folder", nil),
    (["private", "etc"], "in '/etc', where the system's passwords and settings are", nil),
    (["private", "var", "run"], "in '/run', where the sockets of the system are", nil),
    (["tmp", ".X11-unix"], "where the desktop's sockets are", nil),
    (["nix", "var"], "where Nix keeps its database and its socket", nil),
    (["bin"], "where the system's programs are", nil),
    (["sbin"], "where the system's programs are", nil),
    (["lib"], "where the system's libraries are", nil),
    (["lib64"], "where the system's libraries are", nil),
    (["usr", "etc"], "where the system's settings are", nil),
    (["sysroot"], "where the system is", nil), (["host"], "where the system is", nil),
    (["var", "backups"], "where copies of the system's passwords are", nil),
    (["var", "mail"], "where mail is", nil),
    (["usr", "bin"], "where the system's programs are", nil),
    (["usr", "sbin"], "where the system's programs are", nil),
    (["usr", "lib"], "where the system's libraries and services are", nil),
    (["usr", "lib64"], "where the system's libraries are", nil),
    (["usr", "libexec"], "where the system's programs are", nil),
    (["usr", "local", "bin"], "where the system's programs are", nil),
    (["usr", "local", "sbin"], "where the system's programs are", nil),
    (["usr", "local", "lib"], "where the system's libraries are", nil),
  ]

  /// Places below a home folder with keys, passwords and settings that decide which programs run.
  private static let allHomeTrees: [[String]] = [
    [".ssh"], [".gnupg"], [".config"], [".pki"], [".aws"], [".azure"], [".kube"], [".minikube"],
    [".docker"], [".oci"], [".boto"], [".gcloud"], [".s3cfg"], [".netrc"], [".git-credentials"],
    [".gitconfig"], [".subversion"], [".password-store"], [".mozilla"], [".thunderbird"],
    [".npmrc"], [".yarnrc"], [".pypirc"], [".condarc"], [".gem"], [".m2"], [".gradle"],
    [".terraform.d"], [".terraformrc"], [".vault-token"], [".pgpass"], [".my.cnf"], [".kaggle"],
    [".databrickscfg"], [".huggingface"], [".claude"], [".codex"], [".bitcoin"], [".ethereum"],
    [".Xauthority"], [".ICEauthority"], [".dbus"], [".cargo", "credentials"],
    [".cargo", "credentials.toml"], [".cargo", "bin"], [".rustup"], [".nvm"], [".pyenv"],
    [".bashrc"], [".bash_profile"], [".bash_login"], [".bash_logout"], [".bash_aliases"],
    [".bash_history"], [".profile"], [".zshrc"], [".zshenv"], [".zprofile"], [".zlogin"],
    [".zsh_history"], [".xprofile"], [".xinitrc"], [".xsession"], [".pam_environment"],
    [".inputrc"], [".vimrc"], [".vim"], [".emacs"], [".emacs.d"], [".tmux.conf"], [".curlrc"],
    [".wgetrc"], [".vscode"], [".vscode-server"], [".var", "app"], ["snap"], ["bin"],
    ["go", "bin"],
    [".local", "bin"], [".local", "lib"], [".local", "state"], [".local", "share", "keyrings"],
    [".local", "share", "containers"], [".local", "share", "systemd"],
    [".local", "share", "applications"], [".local", "share", "dbus-1"],
    [".local", "share", "flatpak"], [".local", "share", "password-store"],
    [".local", "share", "gnupg"], [".local", "share", "fish"], [".electrum"], [".ansible"],
    [".oh-my-zsh"], [".zsh"], [".python_history"], [".psql_history"], [".bun", "bin"], [".volta"],
    [".deno", "bin"], [".npm"], [".ipython"], [".jupyter"], [".fly"], [".cloudflared"],
    [".nix-profile"], [".nix-defexpr"], ["Library"],
  ]
}
