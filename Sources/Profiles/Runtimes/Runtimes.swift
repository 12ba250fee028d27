/// The runtimes amm knows.
package enum Runtimes {
  /// Every runtime, in the order of the reference: a new one is one line here.
  package static let all: [any Runtime.Type] = [
    TextGenerationInference.self,
    VLLM.self,
    SGLang.self,
    LlamaCpp.self,
    Ollama.self,
    TextEmbeddingsInference.self,
    Custom.self,
  ]

  /// The words a profile may write after `runtime:`.
  package static let names = all.map { $0.name }

  /// The runtime of a name; nil where there is none.
  package static func named(_ name: String) -> (any Runtime.Type)? {
    all.first { $0.name == name }
  }
}
