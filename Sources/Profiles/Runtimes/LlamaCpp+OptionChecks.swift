import Deployments
import Diagnostics
import Models
import Schema
import Text
import Values
import YAML

/// Checks for conflicting settings of llama.cpp.
extension LlamaCpp {
  /// src/llama-model-loader.cpp: the first part describes the model.
  static let firstPart = Check(
    Rule(
      "llama-cpp-first-part", "The profile does not name the first part of the split model.",
      Explanation(
        """
        The first part describes the model and the number of parts. The server refuses any other \
        part.
        """,
        wrong: """
          source: {type: local, path: /srv/models/glm-00002-of-00003.gguf}
          """,
        right: """
          source: {type: local, path: /srv/models/glm-00001-of-00003.gguf}
          """,
        source: "llama.cpp b11434, src/llama-model-loader.cpp"))
  ) { profile, report in
    if let name = options(of: profile).file, let file = SplitName(name.value), file.number != 1 {
      report(
        name.range, "this is part \(file.number) of \(file.parts.count)",
        help: "name the first part: '\(file.parts[0])'; the server fetches the others")
    }
    guard case .local(let path) = profile.model, let file = SplitFile(path.value),
      file.number != 1
    else { return }
    report(
      path.range, "this is part \(file.number) of \(file.parts.count)",
      help: "name the first part: '\(file.parts[0].lastPart)'; its folder is mounted")
  }

  /// common/chat.cpp: with Jinja, only 'chatml' is a name, and any other text is a template.
  static let templateText = Check(
    Rule(
      "llama-cpp-template-text", .warning, "The chat template is a path or a name, not a template.",
      Explanation(
        """
        The server takes any text except 'chatml' as the template itself. The text of each prompt is then \
        the path or the name, so that the model never sees a message.
        """,
        wrong: """
          llama_cpp:
            chat_template: /templates/chat.jinja
          """,
        right: """
          llama_cpp:
            chat_template_file: /templates/chat.jinja
          """,
        source: "llama.cpp b11434, common/chat.cpp (common_chat_templates_init)"))
  ) { profile, report in
    guard let template = profile.word("--chat-template"), template.value != "chatml",
      !template.value.utf8.contains(where: { $0 == 0x7B || $0.isASCIIBlank })
    else { return }
    let isPath =
      template.value.contains("/")
      || [".jinja", ".j2", ".txt", ".tmpl"].contains(where: template.value.hasSuffix)
    // Older builds know names, unless Jinja is switched on.
    let isOld = profile.table?.isNewerThanImage ?? true
    guard isPath || profile.flag("--jinja")?.value ?? !isOld else { return }
    report(
      template.range,
      "the server takes '\(template.value.abbreviated)' as the text of the template, so each prompt is only this text",
      help: isPath
        ? "write the path with 'llama_cpp.chat_template_file'"
        : "remove it: the model's file has its own template")
  }

  static let loadModeTwice = Check(
    Rule(
      "llama-cpp-load-mode", "The load mode is set twice.",
      Explanation(
        """
        'mmap' is short for two of the load modes. Both settings become the same option, which the \
        server accepts only once.
        """,
        wrong: """
          llama_cpp: {mmap: false, load_mode: mlock}
          """,
        right: """
          llama_cpp: {load_mode: mlock}
          """,
        source: "llama.cpp b11434, common/arg.cpp (--load-mode)"))
  ) { profile, report in
    guard let mapped = options(of: profile).mmap, let mode = profile.launched("--load-mode") else {
      return
    }
    report(
      mapped.range, "'mmap' and 'load_mode' are the same setting", help: "remove 'mmap'",
      notes: [report.note(mode.range, "'load_mode' is set here")])
  }

  /// common/arg.cpp, `--split-mode`: with `none`, one GPU has the entire model.
  static let splitWithoutEffect = Check(
    Rule(
      "llama-cpp-split-unused", .warning, "GPU shares are set, but the model is not split.",
      Explanation(
        """
        With 'split_mode: none', the entire model is on one GPU, and the server ignores the shares.
        """,
        wrong: """
          llama_cpp: {split_mode: none, tensor_split: [3, 1]}
          """,
        right: """
          llama_cpp: {split_mode: layer, tensor_split: [3, 1]}
          """,
        source: "llama.cpp b11434, common/arg.cpp (--split-mode)"))
  ) { profile, report in
    guard let shares = profile.launched("--tensor-split"),
      let mode = profile.word("--split-mode"), mode.value == "none"
    else { return }
    report(
      shares.range, "'tensor_split' has no effect: the model is not split",
      help: "remove the line, or write 'split_mode: layer'",
      notes: [report.note(mode.range, "splitting is disabled here")])
  }

  /// tools/server/README.md, "router mode": the server is started without a model.
  static let routerWithModel = Check(
    Rule(
      "llama-cpp-router", "A router option is set, but the profile names a model.",
      Explanation(
        """
        llama-server serves the models of a folder or a file of presets only if it is started \
        without a model. A profile names a model, so the server ignores the folder.
        """,
        wrong: """
          llama_cpp: {models_max: 2}
          """,
        right: """
          llama_cpp: {n_gpu_layers: 99}
          """,
        source: "llama.cpp b11434, tools/server/README.md (--models-dir, --models-preset)"))
  ) { profile, report in
    for name in ["--models-dir", "--models-preset", "--models-max"] {
      guard let setting = profile.launched(name) else { continue }
      report(
        setting.range, "'\(name)' works only if the server is started without a model",
        help: "remove it; 'models' of an instance adds models to its server")
    }
  }
}
