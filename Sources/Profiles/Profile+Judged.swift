import Catalogues
import Deployments
package import Diagnostics
package import Schema
import Text
import Values
import YAML

/// The facts about a profile that a policy checks.
extension Profile {
  /// Whether its model is on this machine.
  package var isLocal: Bool { if case .local = model { true } else { false } }

  /// Whether the profile or the lock pins its model to one commit.
  package var isPinnedToCommit: Bool {
    if case .huggingFace(_, let revision) = model {
      revision?.value.isCommit == true
    } else {
      false
    }
  }

  /// The commit that the profile itself pins the model to; nil for a branch or tag.
  package var pinnedCommit: String? {
    guard case .huggingFace(_, let revision) = named, let text = revision?.value, text.isCommit
    else {
      return nil
    }
    return text
  }

  /// The name of an option that makes the server load a second model; nil if there is none.
  package var otherModel: Located<String>? {
    firstLaunched(of: Self.otherModels)
  }

  /// The place that allows code from the model's repository to run; nil if there is none.
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

  /// The name of an option that runs code from outside the pinned repository; nil if there is none.
  package var otherCode: Located<String>? {
    firstLaunched(of: Self.codeOptions) ?? otherModel
  }

  private static let codeOptions = ["--code-revision", "--hf-overrides"]

  private func firstLaunched(of names: [String]) -> Located<String>? {
    names.lazy.compactMap { name in self.launched(name).map { Located(name, $0.range) } }.first
  }

  /// Whether its runtime has an option for the context.
  package var hasContext: Bool { runtime.value.option(for: .contextLength) != nil }

  /// The longest context that the profile sets anywhere; nil if it uses the model's own.
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

  /// The key of a setting in its runtime's section that may name a file, a program, code or another
  /// model, or open the server.
  ///
  /// This is any setting except numbers, switches, words of a closed list and known harmless
  /// options.
  package var openSetting: Located<String>? {
    settings.own.lazy.first { !self.isHarmless($0) }.map { Located($0.key, $0.value.range) }
      ?? (table == nil ? openKey : nil)
  }

  /// The same for a runtime without a table, except keys that describe the image to amm.
  private var openKey: Located<String>? {
    let section = document.runtimeSections.first { $0.runtime == runtime.value.name }
    let open = section?.node.entries?.first {
      !["port", "openai", "health", "metrics"].contains($0.key)
    }
    return open.map { Located("\(runtime.value.sectionKey).\($0.key)", $0.value.range) }
  }

  private func isHarmless(_ setting: Settings.Own) -> Bool {
    let name = setting.option.tableName
    let catalogue = table?.catalogue
    let option = catalogue?[name] ?? catalogue?.option(variable: name)
    // A name that neither amm nor a table has could be a prefix of any option.
    guard option != nil || runtime.value.field(setBy: name) != nil else { return false }
    // The launcher's own name decides, however the setting is written.
    let known = option?.names.first ?? name
    if Self.harmless.contains(known) || Self.harmless.contains(name) { return true }
    guard !Self.opens(known), !Self.opens(name) else { return false }
    switch setting.value.value {
    case .integer, .number, .boolean: return true
    case .text: return option.map { !$0.choices.isEmpty } ?? false
    default: return false
    }
  }

  /// Options with free text that names parts of the server itself or limits of requests.
  private static let harmless: Set = [
    "--tool-call-parser", "--reasoning-parser", "--tokenizer-mode", "--config-format",
    "--load-format", "--limit-mm-per-prompt", "--kv-cache-dtype", "--attention-backend",
    "--moe-backend", "--hf-repo", "--hf-file", "--served-model-name",
    "--default-chat-template-kwargs", "--chat-template-kwargs", "--cudagraph-capture-sizes",
    "--split-mode", "--tensor-split", "--cache-type-k", "--cache-type-v",
    "--override-generation-config", "--pooling", "POOLING", "--dtype", "DTYPE",
    "OLLAMA_KEEP_ALIVE", "OLLAMA_KV_CACHE_TYPE", "KV_CACHE_DTYPE", "ATTENTION", "USAGE_STATS",
    "CUDA_GRAPHS", "ROPE_SCALING",
  ]

  /// Whether a switch, number or closed word opens the server or its log, or loads something that
  /// it does not name.
  private static func opens(_ name: String) -> Bool {
    let name = name.lowercased().replacing("_", with: "-")
    return opening.contains { name.hasSuffix($0) } || name.contains("grpc")
      || name.contains("log-request") || name.contains("mcp-proxy")
      || name.hasSuffix("-default") || name.hasSuffix("-spec")
  }

  private static let opening = [
    "ngrok", "-agent", "-tools", "-hicache-storage-backend", "-enable-custom-logit-processor",
    "-credentials", "-http-sidecar-port", "-gated-launch-port", "-use-ray",
    "-trust-request-chat-template", "-enable-prompt-embeds", "-enable-mm-embeds",
    "-delete-ckpt-after-loading", "-enable-log-outputs", "--slots", "--props",
  ]
}

extension Profile {
  /// Whether the image's version is one that still has a quantization which newer ones refuse.
  package func hasFormer(_ quantization: Quantization) -> Bool {
    guard let end = runtime.value.formerQuantizations[quantization], let table else { return false }
    return table.fit != .unknown && table.release < end
  }
}
