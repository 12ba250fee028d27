import Catalogues
import Deployments
import Diagnostics
import Schema
import YAML

/// Checks of variables with a server's own prefix against those that its version reads.
extension Checks {
  static let unknownVariable = Check(
    Rule(
      "unknown-variable", .warning,
      "The server does not read the variable.",
      Explanation(
        """
        A server ignores variables that it does not know, so that a misspelt one has no effect and \
        causes no message.
        """,
        wrong: """
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          environment: {OLLAMA_NUM_PARALEL: "2"}
          """,
        right: """
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          performance: {max_batch_size: 2}
          """,
        source: """
          vLLM 0.31.0, envs.py; SGLang 0.5.21, python/sglang/srt/environ.py; llama.cpp b11434, \
          common/arg.cpp; Ollama 0.32.15, envconfig/config.go
          """))
  ) { profile, report in
    let runtime = profile.runtime.value
    guard !profile.environment.isEmpty, !runtime.variablePrefixes.isEmpty, let table = profile.table
    else { return }
    for variable in profile.environment {
      let name = variable.name.value.text
      guard runtime.variablePrefixes.contains(where: name.hasPrefix),
        !table.catalogue.reads(name),
        !runtime.reserved.contains(name), !Secrets.isSecretName(name)
      else { continue }
      let isSure = table.isSure { !$0.reads(name) }
      let help =
        runtime.replacements[name] ?? option(named: name, runtime, table.catalogue).map {
          "use '\($0)' instead"
        }
        ?? Suggestion.nearest(to: name, among: table.catalogue.variableNames).map {
          "did you mean '\($0)'?"
        }
        ?? "remove it, or use an image of a version that reads it"
      report(
        variable.name.range,
        "\(table.title(of: runtime, isSure: isSure)) does not read '\(name.abbreviated)'",
        help: help)
    }
  }

  /// Returns the option that replaced a variable, as `--attention-backend` did
  /// `VLLM_ATTENTION_BACKEND`.
  private static func option(
    named variable: String, _ runtime: any Runtime.Type, _ catalogue: Catalogue
  ) -> String? {
    for prefix in runtime.variablePrefixes where variable.hasPrefix(prefix) {
      let key = variable.dropFirst(prefix.count).lowercased()
      guard let (option, _) = catalogue.option(key: key) else { continue }
      let place = option.allNames.firstValue { runtime.field(setBy: $0)?.path }
      let setting = place ?? runtime.sectionKey + "." + option.names[0].asKey
      return option.off.contains { $0.asKey == key } ? setting + ": false" : setting
    }
    return nil
  }

  /// `int(os.getenv(...))`: the server exits at any other text when it imports the module.
  static let numberVariable = Check(
    Rule(
      "variable-value", "The variable must be a number.",
      Explanation(
        """
        The server converts the text to a number before it does anything else, and exits if that \
        fails. A switch must be 0 or 1.
        """,
        wrong: """
          container: {runtime: vllm}
          environment: {VLLM_USE_SIMPLE_KV_OFFLOAD: "true"}
          """,
        right: """
          container: {runtime: vllm}
          environment: {VLLM_USE_SIMPLE_KV_OFFLOAD: "1"}
          """,
        source: "vLLM 0.31.0, envs.py"))
  ) { profile, report in
    guard !profile.environment.isEmpty, let table = profile.table else { return }
    let runtime = profile.runtime.value
    for variable in profile.environment {
      let (name, text) = (variable.name.value.text, variable.item.value)
      guard table.fit != .unknown, !text.isEmpty,
        let wanted = table.catalogue.variable(named: name)?.wanted(insteadOf: text)
          ?? table.catalogue.option(variable: name)?.wanted(insteadOf: text)
      else { continue }
      guard runtime.exitsAtWrongVariables else {
        report.collector.emit(
          ignoredVariable.rule, variable.item.range,
          "\(runtime.name) reads '\(name)' as a number, and uses its default instead of '\(text.abbreviated)'",
          help: "write \(wanted)")
        continue
      }
      report(
        variable.item.range,
        "\(runtime.name) reads '\(name)' as a number, found '\(text.abbreviated)'",
        help: "write \(wanted)")
    }
  }

  /// ``numberVariable`` reports it for servers that use their default.
  static let ignoredVariable = Check(
    Rule(
      "variable-ignored", .warning, "The server cannot read the variable, and uses its default.",
      Explanation(
        """
        The server logs that the text is not a number, and continues as if the variable were not \
        set.
        """,
        wrong: """
          source: {type: ollama, model_id: "qwen3:8b"}
          container: {runtime: ollama}
          environment: {OLLAMA_GPU_OVERHEAD: 512MB}
          """,
        right: """
          source: {type: ollama, model_id: "qwen3:8b"}
          container: {runtime: ollama}
          ollama: {gpu_overhead: 512MB}
          """,
        source: "Ollama 0.32.15, envconfig/config.go (Uint64)"))
  ) { _, _ in }
}

extension CatalogueVariable {
  /// Returns the expected form of a text; nil if the text is valid.
  fileprivate func wanted(insteadOf text: String) -> String? {
    switch kind {
    case .bit where Int(text) == nil: "\"0\" or \"1\""
    case .integer where Int(text) == nil: "a whole number"
    case .number where Double(text) == nil: "a number"
    default: nil
    }
  }
}

extension CatalogueOption {
  /// Returns the expected form of a text; nil if the text is valid.
  fileprivate func wanted(insteadOf text: String) -> String? {
    switch kind {
    case .integer where count == .one && Int(text) == nil && !choices.contains(text):
      "a whole number"
    case .number where count == .one && Double(text) == nil && !choices.contains(text): "a number"
    default: nil
    }
  }
}

extension Catalogue {
  /// Returns whether the launcher reads a variable.
  fileprivate func reads(_ name: String) -> Bool {
    place(of: name) != nil || variable(named: name) != nil || option(turnedOffBy: name) != nil
  }

  /// All variables that the launcher reads.
  fileprivate var variableNames: [String] {
    variables.map(\.name) + options.compactMap(\.variable)
  }
}
