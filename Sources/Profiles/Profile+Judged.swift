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

  /// The commit that its author pins it to; nil for a branch.
  package var pinnedCommit: String? {
    guard case .huggingFace(_, let revision) = named, let text = revision?.value, text.isCommit
    else {
      return nil
    }
    return text
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
    let word = word.lowercased().replacing("_", with: "-")
    return word.contains("trust-remote-code") && !word.contains("no-trust-remote-code")
  }

  /// Options by which other code than the pinned repository's is run, by name.
  package var otherCode: Located<String>? {
    firstLaunched(of: Self.codeOptions) ?? otherModel
  }

  private static let codeOptions = ["--code-revision", "--hf-config-path", "--hf-overrides"]

  private func firstLaunched(of names: [String]) -> Located<String>? {
    names.lazy.compactMap { name in self.launched(name).map { Located(name, $0.range) } }.first
  }

  /// Whether its runtime has an option for the context.
  package var hasContext: Bool { runtime.value.option(for: .contextLength) != nil }

  /// The longest context that it asks for, wherever it does; nil where the model's own is meant.
  package var contextAsked: Located<Int>? {
    let options = [CommonField.contextLength, .maxInputLength].compactMap {
      runtime.value.option(for: $0)?.tableName
    }
    let places = (options + ["OLLAMA_CONTEXT_LENGTH"]).compactMap {
      table?.catalogue.place(of: $0)
    }
    let asked = written.filter { places.contains($0.place) }.map { $0.value() }
    return asked.compactMap { value in
      if case .integer(let count) = value.value, count > 0 {
        Located(count, value.range)
      } else {
        nil
      }
    }.max { $0.value < $1.value }
  }

  /// A setting of its runtime's section that may name a file, a program, code or another model, or open the
  /// server, by its key: each but numbers, switches, words of a closed list, and those that are known to be
  /// harmless.
  package var openSetting: Located<String>? {
    settings.own.lazy.first { !self.isHarmless($0) }.map { Located($0.key, $0.value.range) }
      ?? (table == nil ? openKey : nil)
  }

  /// Of a runtime without tables: what amm has to know of an image can be a word for it.
  private var openKey: Located<String>? {
    let section = document.runtimeSections.first { $0.runtime == runtime.value.name }
    let open = section?.node.entries?.first {
      !Self.harmless.contains($0.key) && !["port", "openai"].contains($0.key)
    }
    return open.map { Located("\(runtime.value.sectionKey).\($0.key)", $0.value.range) }
  }

  private func isHarmless(_ setting: Settings.Own) -> Bool {
    let name = setting.name.replacing("-", with: "_")
    if Self.harmless.contains(name) { return true }
    let option = table?.catalogue[setting.option.tableName]
    // What no table has could be any option's beginning.
    guard option != nil || table == nil && !isOther(setting) else { return false }
    guard !Self.opening.contains(name), !name.hasSuffix("_default"), !name.hasSuffix("_spec") else {
      return false
    }
    switch setting.value.value {
    case .integer, .number, .boolean: return true
    case .text: return option.map { !$0.choices.isEmpty } ?? false
    default: return false
    }
  }

  /// Whether amm has no field for a setting.
  private func isOther(_ setting: Settings.Own) -> Bool {
    runtime.value.field(setBy: setting.option.tableName) == nil
  }

  /// Free words that name parts of the server itself, or limits of requests.
  private static let harmless: Set = [
    "tool_call_parser", "reasoning_parser", "tokenizer_mode", "config_format", "load_format",
    "limit_mm_per_prompt", "kv_cache_dtype", "attention_backend", "moe_backend", "quant", "file",
    "keep_alive", "kv_cache_type", "pooling", "dtype", "health", "metrics", "cache",
    "served_model_name",
    "default_chat_template_kwargs", "chat_template_kwargs", "cudagraph_capture_sizes", "split_mode",
    "tensor_split", "cache_type_k", "cache_type_v", "override_generation_config",
  ]

  /// Switches and closed words that open a server, or load what they do not name.
  private static let opening: Set = [
    "ngrok", "agent", "tools", "hicache_storage_backend", "enable_custom_logit_processor",
    "allow_credentials", "webui_mcp_proxy",
  ]
}
