import Diagnostics
import Profiles
import Workspaces

/// Right profiles, so that an `instances.yaml` that is right, too, comes to be rendered.
enum Fixtures {
  static let profiles: [ActiveProfile] = [tgi, ollama, llamaCpp].enumerated().map {
    index, text in
    let outcome = Profile.read(SourceFile(path: "profile.yaml", text: text))
    guard let profile = outcome.value else {
      fatalError("\(outcome.diagnostics.map(\.message))")
    }
    return ActiveProfile(id: "coding/p\(index)", profile: profile)
  }

  private static let tgi = """
    name: one
    source: {type: huggingface, model_id: org/model}
    container: {runtime: tgi}
    parameters: {max_input_length: 1024, max_total_tokens: 2048}
    """

  private static let ollama = """
    name: two
    source: {type: ollama, model_id: "llama3.2:3b"}
    container: {runtime: ollama}
    parameters: {temperature: 0.7}
    """

  private static let llamaCpp = """
    name: three
    source: {type: local, path: /models/three.gguf}
    container: {runtime: llama-cpp}
    """
}
