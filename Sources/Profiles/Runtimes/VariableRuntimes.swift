package import Catalogues

// Runtimes that read their options from variables.

extension Runtime {
  /// Returns the variable for an option, or the option itself if it has no variable.
  fileprivate static func variable(of option: CatalogueOption) -> LaunchOption {
    if let variable = option.variable { return .variable(variable) }
    return option.kind == .flag ? .flag(option.names[0]) : .argument(option.names[0])
  }
}

extension TextGenerationInference {
  package static let argumentSyntax = ArgumentSyntax.clap
  package static func place(of option: CatalogueOption) -> LaunchOption { variable(of: option) }
}

extension TextEmbeddingsInference {
  package static let argumentSyntax = ArgumentSyntax.clap
  package static func place(of option: CatalogueOption) -> LaunchOption { variable(of: option) }
}

extension Ollama {
  package static let variablePrefixes = ["OLLAMA_"]
  package static let argumentSyntax = ArgumentSyntax.nothing
  /// Returns why a text cannot be a value; text in a Modelfile must follow its quoting rules.
  package static func problem(with text: String, of option: CatalogueOption) -> String? {
    guard option.variable?.contains(".") == true else { return nil }
    if option.names == ["--message"], ModelFile.message(text) == nil {
      return "must begin with 'system: ', 'user: ' or 'assistant: '"
    }
    return ModelFile.problem(with: text)
  }

  /// Returns a server variable, or a parameter or instruction of the Modelfile.
  package static func place(of option: CatalogueOption) -> LaunchOption {
    let parts = (option.variable ?? "").split(separator: ".").map(String.init)
    guard parts.count == 2 else { return variable(of: option) }
    return parts[0] == "PARAMETER" ? .modelParameter(parts[1]) : .modelInstruction(parts[1])
  }
}
