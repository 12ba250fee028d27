import Diagnostics
import Models

extension ModelSource {
  /// What to write instead of an address of the hub or of Ollama's library.
  static func help(for written: String) -> String {
    switch try? ModelAddress(written) {
    case .hub(let id, let revision, let file, let quantization)? where written.contains("/"):
      let more = [
        revision.map { "'revision: \($0)'" }, file.map { "'llama_cpp: {file: \($0)}'" },
        quantization.map { "'llama_cpp: {quant: \($0)}'" },
      ].compactMap { $0 }
      return "write " + Phrase.allOf(["'model_id: \(id)'"] + more)
    case .ollama(let name)?: return "write 'type: ollama' and 'model_id: \(name)'"
    default: return "for a model in Ollama's library, write 'type: ollama'"
    }
  }
}
