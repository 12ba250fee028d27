/// The runtimes that amm supports.
package enum Runtimes {
  /// All runtimes, in the order of the reference; add a new runtime here.
  package static let all: [any Runtime.Type] = [
    TextGenerationInference.self,
    VLLM.self,
    SGLang.self,
    LlamaCpp.self,
    Ollama.self,
    TextEmbeddingsInference.self,
    Custom.self,
  ]

  /// The values that a profile can set for `runtime`.
  package static let names = all.map { $0.name }

  /// Returns the runtime with a name, or nil if there is none.
  package static func named(_ name: String) -> (any Runtime.Type)? {
    all.first { $0.name == name }
  }
}
