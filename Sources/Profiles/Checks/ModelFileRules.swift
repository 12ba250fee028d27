import Catalogues
import Diagnostics
import Models
import Schema
import Text
import YAML

/// What a model's own files forbid.
extension Checks {
  /// Both look for another implementation in the image's transformers, which is as old as they are.
  static let architectureOfRelease = Check(
    Rule(
      "architecture-release", .warning, "The image's release knows the model's architecture.",
      Explanation(
        """
        A model that is newer than the server has layers that it cannot compute: it stops with "Model \
        architectures are not supported", or since it does not know the 'model_type'.
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
      "\(profile.runtime.value.name) \(release.text) does not know the architecture '\(name)'",
      help: "use release \(since.text) or a later one",
      notes: [report.note(files.range, profile.sourceOfFacts)])
  }

  static let architectureGone = Check(
    Rule(
      "architecture-gone", .warning, "The image's release still knows the model's architecture.",
      Explanation(
        """
        Servers drop old architectures. They name the last release that has one, and stop, unless \
        transformers has a class that they can use in its place.
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
      "\(profile.runtime.value.name) \(release.text) has the architecture '\(name)' no more",
      help: last.map { "use release \($0.text) or an earlier one, or another model" }
        ?? "use an earlier release, or another model",
      notes: [report.note(files.range, profile.sourceOfFacts)])
  }

  static let architectureOfBuild = Check(
    Rule(
      "gguf-architecture", "The build of llama.cpp knows the architecture of the GGUF file.",
      Explanation(
        """
        llama.cpp has code for each architecture, and stops at any other: "unknown model \
        architecture". New ones come with new builds.
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
      "llama.cpp b\(release.text) does not know the architecture '\(name)' of the file",
      help: since.map { "use build b\($0.text) or a later one" }
        ?? "use a newer build that does, or a file of another model",
      notes: [report.note(files.range, profile.sourceOfFacts)])
  }

  /// The architecture that a model's files of a format name, and the release of the image that is to serve
  /// it; nil where one of them is not known.
  private static func architecture(
    of profile: Profile, _ format: ModelFacts.Format
  ) -> (name: String, files: Located<ModelFacts>, release: Release)? {
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
      "A model that embeds, ranks or labels is not served as one that writes.",
      Explanation(
        """
        Encoders make vectors or scores. TGI has no code for them; SGLang and llama.cpp answer \
        requests for vectors only when they are started for it, which 'capabilities' says.
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
    // What switches the server to the task, and whether it is there.
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
      "by its files the model \(task == .ranks ? "labels or ranks" : "embeds") texts, and is served as one that writes them",
      help: help, notes: [report.note(files.range, profile.sourceOfFacts)])
  }

  static let partMissing = Check(
    Rule(
      "model-part-missing", "All files of a model are there.",
      Explanation(
        """
        A model may be split into files, of which an index or their names tell how many there are. The \
        server stops at the first that is missing: a download was cut off, or a file was left behind.
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
      let files = profile.files, let first = files.value.missingFiles.first
    else { return }
    let others = files.value.missingFiles.count - 1
    report(
      files.range,
      "'\(first.abbreviated)' of the model is not there"
        + (others > 0 ? ", nor \(others) other \(others == 1 ? "file" : "files")" : ""),
      help: profile.locked == nil
        ? "fetch the model again, or name a folder that has all of it"
        : "'amm lock --update' asks the hub which files it has")
  }
}

extension Profile {
  /// Why its image may have no code for a model, a sentence; nil where it has, and where nothing is known.
  func unknownArchitecture(of facts: ModelFacts) -> String? {
    let server = runtime.value.name
    let readsGGUF = runtime.value.readsGGUF
    if facts.format == .gguf, !readsGGUF {
      return "GGUF files are planned for llama.cpp and Ollama, and not for \(server)."
    }
    guard facts.format == .gguf || !readsGGUF, let name = facts.architecture, let table,
      table.fit != .unknown, word("--model-impl")?.value != "transformers"
    else { return nil }
    switch Architectures(of: server)?[name, in: table.release] {
    case .missing: return "\(server) \(table.release.text) has no code of its own for '\(name)'."
    case .gone: return "\(server) \(table.release.text) has no code for '\(name)' any more."
    default: return nil
    }
  }
}
