import Catalogues
import Diagnostics
import Memory
import Models
import Schema
import Text
import YAML

/// Checks of a profile against the model's own files.
extension Checks {
  /// vLLM and SGLang can fall back to the image's transformers, but that is as old as they are.
  static let architectureOfRelease = Check(
    Rule(
      "architecture-release", .warning,
      "The image's version does not support the model's architecture.",
      Explanation(
        """
        A server cannot compute the layers of a model that is newer than the server. It stops with "Model \
        architectures are not supported", or because it does not know the 'model_type'.
        """,
        wrong: """
          # home/models/demo/config.json
          {"architectures": ["Qwen3NextForCausalLM"], "model_type": "qwen3_next"}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm, image: "docker.io/vllm/vllm-openai:v0.10.1"}
          """,
        right: """
          # home/models/demo/config.json
          {"architectures": ["Qwen3NextForCausalLM"], "model_type": "qwen3_next"}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm}
          """,
        source: "the registries of vLLM 0.10.1 to 0.33.0 and of SGLang 0.5.21 to 0.5.23"))
  ) { profile, report in
    guard let (name, files, release) = architecture(of: profile, .configuration),
      case .missing(let since?) = Architectures(of: profile.runtime.value.name)?[name, in: release]
    else { return }
    report(
      profile.image?.range ?? profile.runtime.range,
      "\(profile.runtime.value.name) \(release.text) does not support the architecture '\(name)'",
      help: "use version \(since.text) or later",
      notes: [report.note(files.range, profile.sourceOfFacts)])
  }

  static let architectureGone = Check(
    Rule(
      "architecture-gone", .warning,
      "The image's version no longer supports the model's architecture.",
      Explanation(
        """
        Servers drop old architectures. They print the last version that has one and stop, unless \
        transformers has a class that they can use instead.
        """,
        wrong: """
          # home/models/demo/config.json
          {"architectures": ["JAISLMHeadModel"], "model_type": "jais"}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm}
          """,
        right: """
          # home/models/demo/config.json
          {"architectures": ["JAISLMHeadModel"], "model_type": "jais"}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm, image: "docker.io/vllm/vllm-openai:v0.20.0"}
          """,
        source: "vLLM 0.33.0, model_executor/models/registry.py (_PREVIOUSLY_SUPPORTED_MODELS)"))
  ) { profile, report in
    guard let (name, files, release) = architecture(of: profile, .configuration),
      case .gone(let last) = Architectures(of: profile.runtime.value.name)?[name, in: release]
    else { return }
    report(
      profile.image?.range ?? profile.runtime.range,
      "\(profile.runtime.value.name) \(release.text) no longer supports the architecture '\(name)'",
      help: last.map { "use version \($0.text) or earlier, or another model" }
        ?? "use an earlier version, or another model",
      notes: [report.note(files.range, profile.sourceOfFacts)])
  }

  static let architectureOfBuild = Check(
    Rule(
      "gguf-architecture",
      "The build of llama.cpp does not support the architecture of the GGUF file.",
      Explanation(
        """
        llama.cpp has code for each architecture, and stops at any other with "unknown model \
        architecture". New builds add new architectures.
        """,
        wrong: """
          # a file of the architecture 'kimi-k3'
          source: {type: local, path: ~/models/kimi-k3-Q4_K_M.gguf}
          container: {runtime: llama-cpp, image: "ghcr.io/ggml-org/llama.cpp:server-b9093"}
          """,
        right: """
          # a file of the architecture 'kimi-k3'
          source: {type: local, path: ~/models/kimi-k3-Q4_K_M.gguf}
          container: {runtime: llama-cpp}
          """,
        source: "llama.cpp b9093 to b11434, src/llama-arch.cpp"))
  ) { profile, report in
    guard profile.runtime.value.sectionKey == "llama_cpp",
      let (name, files, release) = architecture(of: profile, .gguf),
      case .missing(let since) = Architectures(of: profile.runtime.value.name)?[name, in: release]
    else { return }
    report(
      profile.image?.range ?? profile.runtime.range,
      "llama.cpp b\(release.text) does not support the architecture '\(name)' of the file",
      help: since.map { "use build b\($0.text) or later" }
        ?? "use a newer build that supports it, or a file of another model",
      notes: [report.note(files.range, profile.sourceOfFacts)])
  }

  /// Returns the architecture in the model's files of a format, and the version of the image; nil
  /// if one of them is not known.
  private static func architecture(
    of profile: Profile, _ format: ModelFacts.Format
  ) -> (name: String, files: FileFacts, release: Release)? {
    guard let files = profile.files, files.value.format == format,
      let name = files.value.architecture, let table = profile.table,
      profile.word("--model-impl")?.value != "transformers",
      profile.launched("--hf-overrides") == nil,
      profile.launched("--json-model-override-args") == nil,
      table.fit != .unknown
    else { return nil }
    return (name, files, table.release)
  }

  static let modelThatWrites = Check(
    Rule(
      "model-does-not-write",
      "The model embeds, ranks or labels texts, but it is served as a text generator.",
      Explanation(
        """
        Encoders return vectors or scores. TGI has no code for them. SGLang and llama.cpp answer \
        requests for vectors only if they are started for it, which 'capabilities' sets.
        """,
        wrong: """
          # home/models/demo/config.json
          {"architectures": ["BertModel"], "model_type": "bert"}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: sglang}
          """,
        right: """
          # home/models/demo/config.json
          {"architectures": ["BertModel"], "model_type": "bert"}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          capabilities: [embedding]
          container: {runtime: sglang}
          """,
        source: """
          SGLang 0.5.23, server_args.py (--is-embedding); llama.cpp, tools/server (--embedding); TGI \
          3.3.7, server/text_generation_server/models/__init__.py
          """))
  ) { profile, report in
    let runtime = profile.runtime.value
    guard let files = profile.files, files.value.task != .writes,
      ["tgi", "sglang", "llama-cpp"].contains(runtime.name)
    else { return }
    // The setting that switches the server to the task; a profile that has it is valid.
    let help: String
    let task = files.value.task
    switch (runtime.name, task) {
    case (_, .writes): return
    case ("tgi", _): help = "use 'runtime: tei'"
    case (_, .embeds):
      guard profile.isEmbedding == nil, profile.flag("--is-embedding")?.value != true,
        profile.flag("--embedding")?.value != true
      else { return }
      help = "add 'capabilities: [embedding]', or use 'runtime: tei'"
    case ("sglang", .ranks):
      guard profile.isEmbedding == nil, profile.flag("--is-embedding")?.value != true else {
        return
      }
      help = "write 'is_embedding: true' under 'sglang', or use 'runtime: tei'"
    case (_, .ranks):
      guard profile.flag("--reranking")?.value != true, profile.word("--pooling")?.value != "rank"
      else { return }
      help = "write 'reranking: true' under '\(runtime.sectionKey)', or use 'runtime: tei'"
    }
    report(
      profile.runtime.range,
      "according to its files, the model \(task == .ranks ? "labels or ranks" : "embeds") texts, but it is served as a text generator",
      help: help, notes: [report.note(files.range, profile.sourceOfFacts)])
  }

  static let partMissing = Check(
    Rule(
      "model-part-missing", "A file of the model is missing or incomplete.",
      Explanation(
        """
        A model may be split into several files. An index, or the names of the files, show how many \
        there are. A GGUF file's header shows how long the file is. The server stops at the first file that \
        is missing or too short. The cause may be an interrupted download.
        """,
        wrong: """
          # home/models/demo/config.json
          {"architectures": ["LlamaForCausalLM"], "model_type": "llama"}
          # home/models/demo/model.safetensors.index.json
          {"weight_map": {"lm_head.weight": "model-00002-of-00002.safetensors"}}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm}
          """,
        right: """
          # home/models/demo/config.json
          {"architectures": ["LlamaForCausalLM"], "model_type": "llama"}
          # home/models/demo/model.safetensors.index.json
          {"weight_map": {"lm_head.weight": "model-00001-of-00001.safetensors"}}
          # home/models/demo/model-00001-of-00001.safetensors
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm}
          """,
        source: "transformers 5.24, modeling_utils.py; llama.cpp, src/llama.cpp (llama_split_path)")
    )
  ) { profile, report in
    let isGGUF = profile.files?.value.format == .gguf
    let readers = isGGUF ? ["llama-cpp", "ollama"] : ["vllm", "sglang", "tgi", "tei"]
    let format = profile.word("--load-format")?.value ?? "auto"
    guard readers.contains(profile.runtime.value.name), ["auto", "safetensors"].contains(format),
      let files = profile.files
    else { return }
    if let cut = files.value.cutFiles.first {
      report(
        files.range, "'\(cut.abbreviated)' is incomplete: it is shorter than its header states",
        help: "download it again; the server does not load it")
    }
    guard let first = files.value.missingFiles.first else { return }
    let others = files.value.missingFiles.count - 1
    report(
      files.range,
      "'\(first.abbreviated)' of the model is missing"
        + (others > 0 ? ", and \(others) other \(others == 1 ? "file" : "files")" : ""),
      help: profile.locked == nil
        ? "download the model again, or name a folder that has all of its files"
        : "run 'amm lock --update' to get the list of files from the hub again")
  }
}

extension Profile {
  /// Returns a sentence if its image may have no code for a model; nil if it has, or if it is not
  /// known.
  func unknownArchitecture(of facts: ModelFacts) -> String? {
    let server = runtime.value.name
    let readsGGUF = runtime.value.readsGGUF
    if facts.format == .gguf, !readsGGUF {
      return "amm plans GGUF files for llama.cpp and Ollama, but not for \(server)."
    }
    guard facts.format == .gguf || !readsGGUF, let name = facts.architecture, let table,
      table.fit != .unknown, word("--model-impl")?.value != "transformers"
    else { return nil }
    guard let known = Architectures(of: server) else {
      let isHeardOf =
        facts.hasKnownShapes || facts.weights != nil || facts.task != .writes
        || Runtimes.all.contains { Architectures(of: $0.name)?.names(name) == true }
      return isHeardOf ? nil : "amm does not know whether \(server) has code for '\(name)'."
    }
    switch known[name, in: table.release] {
    case .missing: return "\(server) \(table.release.text) has no code for '\(name)'."
    case .gone: return "\(server) \(table.release.text) no longer has code for '\(name)'."
    default: return nil
    }
  }
}
