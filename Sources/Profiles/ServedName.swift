package import Deployments
import Schema

/// The name of a server's model for clients, independent of the profile.
extension Launch {
  /// Makes the server accept a name for its model, and reports it as the name for clients.
  ///
  /// - Returns: False if the runtime's servers cannot be told a name.
  package mutating func rename(to name: Argument, for profile: Profile) -> Bool {
    guard profile.runtime.value.name(&self, as: name, for: profile) else { return false }
    model = name.text
    return true
  }

  /// Replaces the values of an option, or adds the option.
  ///
  /// - Parameter values: Returns the new values from the old ones, which are empty without the option.
  mutating func setWords(of option: String, _ values: ([String]) -> [String]) {
    let words = arguments.map(\.text)
    guard let place = words.firstIndex(of: option) else {
      add(option)
      for value in values([]) { add(value) }
      return
    }
    let old = words[(place + 1)...].prefix { !$0.hasPrefix("-") }
    let rest = Array(arguments[(place + 1 + old.count)...])
    arguments = Array(arguments[...place])
    for value in values(Array(old)) { add(value) }
    arguments += rest
  }
}

extension VLLM {
  /// The list of models has all names, so that the model's own name still identifies it.
  package static func name(
    _ launch: inout Launch, as name: Argument, for profile: Profile
  ) -> Bool {
    let model = launch.model
    launch.setWords(of: "--served-model-name") { [name.text] + ($0.isEmpty ? [model] : $0) }
    return true
  }
}

extension SGLang {
  /// A server has one name.
  package static func name(
    _ launch: inout Launch, as name: Argument, for profile: Profile
  ) -> Bool {
    launch.setWords(of: "--served-model-name") { _ in [name.text] }
    return true
  }

  /// If the served name is not the model's, the path of the model identifies it (SGLang 0.5.23,
  /// srt/entrypoints/http_server.py, `/get_model_info`).
  package static func identityOfNamed(
    _ launch: Launch, _ profile: Profile
  ) -> ModelIdentity? {
    let words = launch.arguments.map(\.text)
    guard let place = words.firstIndex(of: "--model-path"), place + 1 < words.count else {
      return identityByName(of: launch, profile)
    }
    return ModelIdentity(
      path: "/get_model_info", form: .member("model_path"), name: words[place + 1])
  }
}

extension LlamaCpp {
  /// The list of models has all aliases (llama.cpp b10867, common/arg.cpp, `--alias`).
  package static func name(
    _ launch: inout Launch, as name: Argument, for profile: Profile
  ) -> Bool {
    guard launch.arguments.contains(where: { $0.text == "--alias" }) else { return false }
    launch.setWords(of: "--alias") { words in
      words.contains(name.text) ? words : [(words + [name.text]).joined(separator: ",")]
    }
    return true
  }
}

extension TextGenerationInference {
  /// The server accepts any name (TGI 3.3.7, router/src/server.rs).
  package static func name(
    _ launch: inout Launch, as name: Argument, for profile: Profile
  ) -> Bool { true }
}

extension TextEmbeddingsInference {
  /// The server accepts any name, and reports its own.
  package static func name(
    _ launch: inout Launch, as name: Argument, for profile: Profile
  ) -> Bool { true }
}

extension Ollama {
  /// The created model is copied, which takes no space (Ollama 0.32.15, server/routes.go, CopyHandler).
  package static func name(
    _ launch: inout Launch, as name: Argument, for profile: Profile
  ) -> Bool {
    guard !launch.preparation.isEmpty else { return false }
    launch.preparation[0].copyModel(as: name)
    return true
  }
}

extension PreparationStep {
  /// Lets a step that creates a model of Ollama also copy it to another name.
  fileprivate mutating func copyModel(as name: Argument) {
    arguments = [
      Argument(literal: "-c"),
      Argument(
        literal:
          "printf %s \"$MODELFILE\" > /tmp/Modelfile && ollama create \"$MODEL\" -f /tmp/Modelfile && exec ollama cp \"$MODEL\" \"$COPY\""
      ),
    ]
    environment.append(EnvironmentVariable("COPY", name))
    environment.sort { $0.name.text < $1.name.text }
  }
}
