import Catalogues
import Deployments
package import Models
import Schema

/// The runtime for a model where nobody names one, and why it is that one.
package struct RuntimeChoice {
  /// What is served by it.
  package let runtime: any Runtime.Type
  /// In words for a comment of the profile.
  package let reason: String

  private init(_ runtime: any Runtime.Type, _ reason: String) {
    self.runtime = runtime
    self.reason = reason
  }

  /// A runtime that a person named.
  package init(named runtime: any Runtime.Type) {
    self.init(runtime, "as it was named")
  }

  /// One of Ollama's library.
  package static let ofOllama = RuntimeChoice(Ollama.self, "the model is one of Ollama's library")

  /// One of a GGUF file.
  package static let ofGGUF = RuntimeChoice(LlamaCpp.self, "it runs GGUF files")

  /// One of the hub's format.
  ///
  /// - Parameters:
  ///   - task: What the model does with a text.
  ///   - architecture: Its class; nil where it is not known.
  package static func ofHub(_ task: ModelFacts.Task, architecture: String?) -> RuntimeChoice {
    switch task {
    case .embeds: return RuntimeChoice(TextEmbeddingsInference.self, "the model embeds texts")
    case .ranks:
      return RuntimeChoice(TextEmbeddingsInference.self, "the model labels or ranks texts")
    case .writes: break
    }
    let usual = RuntimeChoice(VLLM.self, "it serves models of the hub's format")
    guard let architecture, !knows(VLLM.self, architecture) else { return usual }
    if knows(SGLang.self, architecture) {
      return RuntimeChoice(
        SGLang.self, "its release knows the model's architecture, vLLM's does not")
    }
    // TGI 3.3.7, server/text_generation_server/models/__init__.py: encoders with a decoder.
    return architecture.contains("T5For")
      ? RuntimeChoice(TextGenerationInference.self, "it has the model's architecture") : usual
  }

  /// Whether the pinned release of a runtime has an architecture, as far as that is known.
  private static func knows(_ runtime: any Runtime.Type, _ architecture: String) -> Bool {
    guard let release = runtime.image(for: .nvidia)?.tag.flatMap(Release.init(tag:)) else {
      return false
    }
    return Architectures(of: runtime.name)?[architecture, in: release] == .known
  }
}
