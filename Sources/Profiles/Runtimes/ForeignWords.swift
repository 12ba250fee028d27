/// How other tools' files name a server: its images, its program, and the options that amm sets
/// itself.
package struct ForeignWords: Sendable {
  /// The last parts of the names of images, such as `vllm/vllm-openai`.
  package var images: [String] = []
  /// The words that start the program, without an interpreter's path: `["vllm", "serve"]`.
  package var programs: [[String]] = []
  /// Whether the first of the images starts the program by itself, so that a command has only its arguments.
  package var imageStarts = false
  /// Whether the first argument is the model.
  package var modelIsFirst = false
  /// The options and variables that name the model.
  package var models: Set<String> = []
  /// The options and variables that name a repository of the hub, if others name a file.
  package var repositories: Set<String> = []
  /// The options that name a file of the repository.
  package var files: Set<String> = []
  /// The options that give the model another name for clients.
  package var names: Set<String> = []
  /// Whether the model's name for clients is that of the profile.
  package var isNamedByProfile = false
  /// The options and variables with a commit of the repository.
  package var revisions: Set<String> = []
  /// The options with a key for clients.
  package var keys: Set<String> = []
  /// The options with a token of the hub.
  package var tokens: Set<String> = []
  /// The options and variables with the server's port.
  package var ports: Set<String> = []
  /// The port that the server listens on unless one of these says otherwise.
  package var standardPort = 8080
  /// The options and variables with the address that it listens on, which amm sets.
  package var addresses: Set<String> = []
  /// The options and variables with the folder for downloads, which amm sets.
  package var caches: Set<String> = []

  package init() {}

  /// The variables from which libraries of the hub read a token, in any server.
  package static let tokenVariables: Set<String> = [
    "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_TOKEN", "HF_API_TOKEN",
  ]
  /// The variables with folders for downloads, in any server.
  package static let cacheVariables: Set<String> = [
    "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE", "XDG_CACHE_HOME",
  ]
}
