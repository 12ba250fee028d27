package import Deployments
package import Diagnostics
package import Schema

/// A profile that makes sense: one model and how to serve it.
package struct Profile: Sendable {
  package let source: SourceFile
  package let name: Located<String>
  package let model: ModelSource
  package let runtime: Located<any Runtime.Type>
  package let image: Located<ImageReference>?
  /// The runtime's own options; of its `Options` type.
  package let options: any Record
  /// What it sets, under common names and the runtime's own.
  package let settings: Settings
  /// Everything else, as written.
  package let document: ProfileDocument

  package var parameters: Parameters { document.parameters }
  package var performance: Performance { document.performance }
  package var resources: Resources { document.resources }
  package var facts: ModelFacts { document.model }
  package var environment: Environment { document.environment?.value ?? [] }
  package var arguments: [Located<Argument>] { document.arguments?.value ?? [] }

  /// Whether the model turns text into vectors instead of text.
  package var isEmbedding: Located<Bool>? {
    let words = [document.category].compactMap { $0 } + (document.capabilities?.value ?? [])
    return words.first { $0.value == "embedding" || $0.value == "embeddings" }
      .map { Located(true, $0.range) }
  }
}

/// Where a model comes from.
package enum ModelSource: Sendable {
  /// `organisation/model` on the Hugging Face hub, at a branch, tag or commit.
  case huggingFace(Located<String>, revision: Located<String>?)
  /// A model of Ollama's library or another registry it can pull from.
  case ollama(Located<String>)
  /// A folder or file on this machine.
  case local(Located<HostPath>)

  /// The model's name for people.
  package var text: String {
    switch self {
    case .huggingFace(let id, _): id.value
    case .ollama(let name): name.value
    case .local(let path): path.value.text
    }
  }
}
