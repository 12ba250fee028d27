/// What a server is busy with between its start and its first answer.
package enum ServerPhase: String, CaseIterable {
  case pullingImage = "pulling the image"
  case starting = "starting"
  case downloading = "downloading the model"
  case loading = "loading the model"
  case warmingUp = "warming up"

  /// Words of Podman's and the runtimes' own logs by what they are about, in lower case.
  private static let words: [(ServerPhase, [String])] = [
    // Podman (containers/image, copy): a fetch begins, and each layer.
    (.pullingImage, ["trying to pull ", "getting image source signatures", "copying blob "]),
    (
      .downloading,
      [
        // TGI's launcher and its download command.
        "starting check and download process", "download file: ", "downloaded /data",
        // vLLM and SGLang, by huggingface_hub's progress bars.
        "fetching ", "downloading ",
        // llama.cpp, TEI, Ollama.
        "trying to download model", "starting download", "pulling manifest",
      ]
    ),
    (
      .loading,
      [
        // TGI.
        "successfully downloaded weights", "starting shard", "waiting for shard",
        // vLLM and SGLang; the first stands at the end of the download.
        "time spent downloading weights", "starting to load model",
        "loading safetensors checkpoint", "loading weights took", "load weight begin",
        // llama.cpp.
        "loading model", "load_tensors:", "llama_model_loader:",
        // TEI.
        "model artifacts downloaded", "starting model backend",
      ]
    ),
    (
      .warmingUp,
      [
        // TGI, TEI and llama.cpp.
        "warming up",
        // vLLM and SGLang: graphs of the GPU's work are recorded.
        "capturing cuda graph", "capture cuda graph begin", "graph capturing finished",
        "torch.compile took",
      ]
    ),
  ]

  /// What the newest telling line of a journal says; nil where none does.
  package static func of(_ journal: String) -> ServerPhase? {
    for line in journal.lowercased().split(separator: "\n").reversed() {
      // The most advanced first: its words are the most particular.
      for (phase, words) in words.reversed() where words.contains(where: line.contains) {
        return phase
      }
    }
    return nil
  }
}
