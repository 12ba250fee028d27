import Catalogues
import Deployments
package import Models
import Schema

/// The runtime for a model, and the reason for the choice.
package struct RuntimeChoice {
  /// The runtime that serves the model.
  package let runtime: any Runtime.Type
  /// The reason, as text for a comment in the profile.
  package let reason: String

  private init(_ runtime: any Runtime.Type, _ reason: String) {
    self.runtime = runtime
    self.reason = reason
  }

  /// Creates a choice of a runtime that the user named.
  package init(named runtime: any Runtime.Type) {
    self.init(runtime, "as requested")
  }

  /// The runtime for a model in Ollama's library.
  package static let ofOllama = RuntimeChoice(Ollama.self, "the model is in Ollama's library")

  /// The runtime for a GGUF file.
  package static let ofGGUF = RuntimeChoice(LlamaCpp.self, "it runs GGUF files")

  /// Returns the runtime for a model in the hub's format.
  ///
  /// - Parameters:
  ///   - task: What the model does with a text.
  ///   - architecture: The model's class; nil if it is not known.
  package static func ofHub(_ task: ModelFacts.Task, architecture: String?) -> RuntimeChoice {
    switch task {
    case .embeds: return RuntimeChoice(TextEmbeddingsInference.self, "the model embeds texts")
    case .ranks:
      return RuntimeChoice(TextEmbeddingsInference.self, "the model labels or ranks texts")
    case .writes: break
    }
    let usual = RuntimeChoice(VLLM.self, "it serves models in the hub's format")
    guard let architecture, !knows(VLLM.self, architecture) else { return usual }
    if knows(SGLang.self, architecture) {
      return RuntimeChoice(
        SGLang.self, "it supports the model's architecture, and vLLM does not")
    }
    // TGI 3.3.7, server/text_generation_server/models/__init__.py: encoder-decoder models.
    return architecture.contains("T5For")
      ? RuntimeChoice(TextGenerationInference.self, "it supports the model's architecture") : usual
  }

  /// Returns whether the pinned version of a runtime is known to support an architecture.
  private static func knows(_ runtime: any Runtime.Type, _ architecture: String) -> Bool {
    guard let release = runtime.image(for: .nvidia)?.tag.flatMap(Release.init(tag:)) else {
      return false
    }
    return Architectures(of: runtime.name)?[architecture, in: release] == .known
  }
}
