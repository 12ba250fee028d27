import Catalogues
import Deployments
package import Diagnostics
package import Schema
import Text
import Values
import YAML

/// What a policy asks of a profile.
extension Profile {
  /// Whether its model lies on this machine.
  package var isLocal: Bool { if case .local = model { true } else { false } }

  /// Whether its model is one commit of a repository, by the profile or by the lock.
  package var isPinnedToCommit: Bool {
    if case .huggingFace(_, let revision) = model {
      revision?.value.isCommit == true
    } else {
      false
    }
  }

  /// An option by which its server loads another model beside the first, by its name.
  package var otherModel: Located<String>? {
    Self.otherModels.lazy.compactMap { name in
      self.launched(name).map { Located(name, $0.range) }
    }.first
  }

  /// Where it lets code of the model's repository run; nil where it does not.
  package var remoteCodePlace: SourceRange? {
    if let setting = setting(.trustRemoteCode), setting.value == true { return setting.range }
    if let written = launched("--trust-remote-code"), written.value != false {
      return written.range
    }
    let word = arguments.first { Self.allowsRemoteCode($0.value.text) }
    let variable = environment.first {
      Self.allowsRemoteCode($0.name.value.text) && !["", "0", "false"].contains($0.item.value)
    }
    return word?.range ?? variable?.item.range
  }

  private static func allowsRemoteCode(_ word: String) -> Bool {
    word.lowercased().replacing("_", with: "-").contains("trust-remote-code")
  }

  /// The longest context that it asks for, wherever it does; nil where the model's own is meant.
  package var contextAsked: Located<Int>? {
    guard let option = runtime.value.option(for: .contextLength) else { return nil }
    let names = [option.tableName, "OLLAMA_CONTEXT_LENGTH"]
    let places = names.compactMap { table?.catalogue.place(of: $0) }
    let asked = written.filter { places.contains($0.place) }.map { $0.value() }
    return asked.compactMap { value in
      if case .integer(let count) = value.value, count > 0 {
        Located(count, value.range)
      } else {
        nil
      }
    }.max { $0.value < $1.value }
  }

  /// An option by which the launcher reads options or code from a file or a module, by its name.
  package var loadedFile: Located<String>? {
    Self.loadingOptions.lazy.compactMap { name in
      self.launched(name).map { Located(name, $0.range) }
    }.first
  }

  /// vLLM 0.33.0, vllm/entrypoints/openai/cli_args.py and vllm/engine/arg_utils.py; SGLang 0.5.23,
  /// srt/server_args.py; llama.cpp b11434, common/arg.cpp.
  private static let loadingOptions = [
    "--config", "--middleware", "--tool-parser-plugin", "--reasoning-parser-plugin",
    "--worker-extension-cls", "--worker-cls", "--logits-processors", "--scheduler-cls",
    "--custom-weight-loader", "--models-preset", "--models-dir",
  ]
}
