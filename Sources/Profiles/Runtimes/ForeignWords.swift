package import Schema

/// How other tools' files name a server: its images, its program, and the options that amm sets
/// itself.
package struct ForeignWords: Sendable {
  /// The last parts of the names of images, such as `vllm/vllm-openai`.
  package var images: [String] = []
  /// The words that start the program, without an interpreter's path: `["vllm", "serve"]`.
  package var programs: [[String]] = []
  /// The images of these that start the program by themselves, so that a command has only its
  /// arguments.
  package var startingImages: [String] = []
  /// The program that such an image starts, for other images: `["vllm", "serve"]`.
  package var entry: [String] = []
  /// Whether its images compute on GPUs only, except those whose tags name a processor.
  package var needsGPU = false
  /// The address that the program listens on unless one of `addresses` says otherwise.
  package var standardAddress = "0.0.0.0"
  /// The same in its own images, which may set a variable.
  package var imageAddress = "0.0.0.0"
  /// The options that let a server find its models in a folder, so that it needs no model.
  package var modelFolders: Set<String> = []
  /// Those of these that name a file with models and their settings.
  package var modelPresets: Set<String> = []
  /// The options that name a file with settings of the server, which can name its model.
  package var settingsFiles: Set<String> = []
  /// Whether the first argument is the model.
  package var modelIsFirst = false
  /// The options and variables that name the model.
  package var models: Set<String> = []
  /// Whether these name a file, and never a model of the hub.
  package var modelIsPath = false
  /// The options and variables that name a repository of the hub, if others name a file.
  package var repositories: Set<String> = []
  /// The options that name a file of the repository.
  package var files: Set<String> = []
  /// The options that give the model another name for clients.
  package var names: Set<String> = []
  /// Whether the runtime's section has the names under `served_model_name`.
  package var namesInSection = false
  /// Whether the model's name for clients is that of the profile.
  package var isNamedByProfile = false
  /// The options and variables with a commit of the repository.
  package var revisions: Set<String> = []
  /// The options with a key for clients.
  package var keys: Set<String> = []
  /// The options and variables with a file of keys for clients.
  package var keyFiles: Set<String> = []
  /// The options and variables that let clients run programs, or read and write files.
  package var toolOptions: Set<String> = []
  /// The values of these that let them do nothing of the kind.
  package var harmlessTools: Set<String> = []
  /// The options with a token of the hub.
  package var tokens: Set<String> = []
  /// The options and variables with the server's port.
  package var ports: Set<String> = []
  /// The port that the server listens on unless one of these says otherwise.
  package var standardPort = 8080
  /// The port that it listens on in its own images; nil for the same.
  package var imagePort: Int?
  /// The options and variables with the address that it listens on, which amm sets.
  package var addresses: Set<String> = []
  /// The options and variables with the folder for downloads, which amm sets.
  package var caches: Set<String> = []

  /// The options and variables with a file that amm mounts itself.
  package var hostPaths: Set<String> = []
  /// The other options that name files or folders of the machine, with a name before them or a number after them.
  package var onlyPaths: Set<String> = []
  /// Those that can name a model of the hub as well.
  package var pathsOrModels: Set<String> = []
  /// Those of all these to which the server writes.
  package var writtenPaths: Set<String> = []
  /// The options with the path of an address, which is no file.
  package var addressPaths: Set<String> = []
  /// The options with a file for the log.
  package var logFiles: Set<String> = []

  /// Values of options and variables that amm's fields write in another way, by the name.
  ///
  /// An empty text means the default, which needs no line.
  package var sameValues: [String: [String: String]] = [:]
  /// The values of options that older versions have without one.
  package var bareValues: [String: String] = [:]
  /// Short options with a number in the same word, by the long option that they abbreviate: `-O3`.
  package var joinedNumbers: [String: String] = [:]
  /// The options and variables with a list of words that commas separate.
  package var lists: Set<String> = []
  /// The variables with a duration of Go, or a number of seconds, of which the server ignores others.
  package var durations: Set<String> = []
  /// The variables with a number of bytes.
  package var sizes: Set<String> = []
  /// The beginning of variables that only this runtime reads; nil if others may read them, too.
  package var ownPrefix: String?
  /// The beginning of variables that files set for options, and that the server does not read.
  package var guessedPrefix: String?
  /// Whether its own images split each argument at spaces.
  package var splitsArguments = false
  /// The names of images that have moved, each with its new one.
  package var moved: [String: String] = [:]
  /// The options and variables of which one lets a server answer requests for embeddings; empty if it needs none.
  package var embeddingOptions: Set<String> = []
  /// Options of versions before all tables that the parser takes for another one, each with what to write.
  package var former: [String: String] = [:]
  /// The versions before all tables in which options are new, by their long names.
  package var since: [String: Release] = [:]
  /// The versions before all tables that are the first to load a family of models, by a part of its names.
  package var modelsSince: [String: Release] = [:]
  /// Options with a new name and the same meaning, by the old name.
  package var renamed: [String: String] = [:]
  /// Variables that the server reads besides those of its options, without those that only show what it does.
  package var ownVariables: Set<String> = []
  /// Programs and options of extensions, with which further options exist.
  package var extensions: Set<String> = []
  /// Programs that its images lack, and that health checks of other images use.
  package var missingPrograms: Set<String> = []

  /// Parts of the names of other images that run the program, which its options confirm.
  package var imageHints: [String] = []
  /// Parts of the names of programs and images of forks, which have other options.
  package var forks: [String] = []
  /// Options with which its program becomes a server of images or video, which amm does not run.
  package var imageOptions: Set<String> = []
  /// Whether its own images have a health check.
  package var imageHasCheck = false
  /// Whether its parts on several GPUs exchange data in shared memory.
  package var sharesMemory = false
  /// The first argument that lets its own images serve, if another one does something else: `serve`.
  package var servingArgument: String?
  /// The beginnings of tags of images with several programs, of which an argument selects the server.
  package var toolTags: [String: Set<String>] = [:]
  /// The first arguments with which such an image starts its other programs.
  package var otherTools: Set<String> = []
  /// The beginnings of tags of images without a server.
  package var tagsWithoutServer: [String] = []

  package init() {}

  /// Whether its images start the program by themselves, so that a command has only its arguments.
  package var imageStarts: Bool { !startingImages.isEmpty }

  /// The variables from which libraries of the hub read a token, in any server.
  package static let tokenVariables: Set<String> = [
    "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_TOKEN", "HF_API_TOKEN",
  ]
  /// The beginnings of variables that libraries of servers read.
  package static let libraryPrefixes = [
    "AITER_", "CUDA_", "FLASHINFER_", "GGML_", "GLOO_", "HF_", "HIP_", "HSA_", "HUGGING_FACE_",
    "LMCACHE_", "NCCL_", "NVIDIA_", "OMP_", "PYTHON", "PYTORCH_", "RAY_", "ROCR_", "TOKENIZERS_",
    "TORCH", "TRANSFORMERS_", "TRITON_", "UCX_",
  ]
  /// The variables with folders for downloads, in any server.
  package static let cacheVariables: Set<String> = [
    "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE", "XDG_CACHE_HOME",
  ]
}
