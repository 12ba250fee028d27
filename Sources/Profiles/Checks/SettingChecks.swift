import Catalogues
import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

/// Checks of settings against the tables of the profile's runtime.
extension Checks {
  /// Checks all settings whose words differ between runtimes.
  static let wordUse = Check(
    Rule(
      "unsupported-value", "The profile's runtime does not support the value.",
      Explanation(
        """
        The server stops at an unknown value after it has downloaded the model. amm does not replace \
        it with a similar one, because that would serve a different model.
        """,
        wrong: """
          container:
            runtime: tgi
          parameters:
            dtype: float32
          """,
        right: """
          container:
            runtime: tgi
          parameters:
            dtype: bfloat16
          """,
        source: "TGI 3.3.7, launcher/src/main.rs (Dtype, Quantization)"))
  ) { profile, report in
    let runtime = profile.runtime.value
    func check(_ use: WordUse, _ field: CommonField, _ word: String, _ range: SourceRange) {
      guard let option = runtime.option(for: field), case .refused(let reason, let instead) = use,
        // The tables are for the newest version; the image's version may differ.
        profile.table?.catalogue[option.text]?.closedWords.contains(word) != true
      else { return }
      report(range, "'\(field.rawValue): \(word)' is not supported: \(reason)", help: instead)
    }
    if let quantization = profile.parameters.quantization, quantization.value != .none,
      !profile.hasFormer(quantization.value)
    {
      check(
        runtime.use(of: quantization.value, on: nil), .quantization, quantization.value.rawValue,
        quantization.range)
    }
    if let context = profile.parameters.context, runtime.option(for: .contextLength) != nil,
      !runtime.takesContext(context.value)
    {
      report(
        context.range,
        "'context_length: \(context.value.value.launchText)' is not supported: \(runtime.name) has no such value",
        help: "write a number of tokens, or remove the line")
    }
    if let dtype = profile.parameters.dtype {
      check(runtime.use(of: dtype.value), .dtype, dtype.value.rawValue, dtype.range)
    }
  }

  /// Checks for two fields or arguments that set the same option.
  static let settingTwice = Check(
    Rule(
      "setting-written-twice", "The same setting is written twice.",
      Explanation(
        """
        Both lines set the same option of the server, which takes it once. One of the two values \
        would be dropped.
        """,
        wrong: """
          parameters:
            num_shard: 2
          tgi:
            num_shard: 4
          """,
        right: """
          tgi:
            num_shard: 4
          """))
  ) { profile, report in
    for passed in profile.passedOn {
      guard let setting = profile.setting(setBy: passed) else { continue }
      report(
        passed.range, "'\(passed.written)' is the same setting as '\(setting.path)'",
        help: "remove one of the two",
        notes: [report.note(setting.range, "the other one is here")])
    }
    for (first, second) in profile.givenTwice {
      report(
        second, "'\(first.name)' is given twice; only the last one takes effect",
        help: "remove one of the two",
        notes: [report.note(first.range, "the other one is here")])
    }
    guard !profile.settings.own.isEmpty else { return }
    for common in profile.settings.common {
      guard let option = profile.runtime.value.option(for: common.field),
        let own = profile.settings.own.first(where: { $0.option == option })
      else { continue }
      report(
        own.value.range, "'\(own.key)' is the same setting as '\(common.field.path)'",
        help: "remove one of the two",
        notes: [report.note(common.value.range, "the other one is here")])
    }
  }

  static let imageMissing = Check(
    Rule(
      "image-missing", "The profile names no image, and its runtime has no default image.",
      Explanation(
        "amm has no default image for a custom server. Without an image, there is nothing to run.",
        wrong: """
          container:
            runtime: custom
          custom:
            model_argument: --model
          """,
        right: """
          container:
            runtime: custom
            image: example.org/server:1.2
          custom:
            model_argument: --model
          """))
  ) { profile, report in
    let runtime = profile.runtime.value
    guard profile.image == nil, runtime.needsImage else { return }
    report(
      profile.runtime.range, "'\(runtime.name)' needs 'container.image'",
      help: "name the image, such as 'image: ghcr.io/owner/name:tag'")
  }

  /// Options change between versions; an unknown one keeps a server from starting.
  static let optionRelease = Check(
    Rule(
      "option-release", "The image's version does not have the option.",
      Explanation(
        """
        A server that does not know an option prints its usage and exits. systemd restarts it \
        until it gives up.
        """,
        wrong: """
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference:2.0.4
          tgi:
            lora_adapters: [org/adapter]
          """,
        right: """
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference:3.3.7
          tgi:
            lora_adapters: [org/adapter]
          """,
        source: "TGI 2.0.0 to 3.3.7, launcher/src/main.rs of each version"))
  ) { profile, report in
    let runtime = profile.runtime.value
    // The pinned version has every field of amm's own; a test checks this.
    if let table = profile.table, profile.image != nil {
      for setting in profile.settings.own where setting.since == nil && setting.until == nil {
        guard let name = setting.option.optionName, !table.catalogue.has(name),
          table.isSure({ !$0.has(name) })
        else { continue }
        report(
          setting.value.range,
          "\(runtime.name) \(table.release.text) does not have '\(setting.key)'",
          help: UnknownOption.help(argument: name, in: runtime, table),
          notes: profile.image.map {
            [report.note($0.range, "the image has version \(table.release.text)")]
          } ?? [])
      }
    }
    let dated = profile.settings.own.filter { $0.since != nil || $0.until != nil }
    guard !dated.isEmpty, let image = profile.image, let tag = image.value.tag,
      let release = Release(tag: tag),
      Processor.allCases.contains(where: {
        runtime.image(for: $0)?.name == image.value.name
      })
    else { return }
    for option in dated {
      let note = report.note(image.range, "the image has version \(release.text)")
      if let since = option.since, release < since {
        report(
          option.value.range, "'\(option.key)' was added in \(runtime.name) \(since.text)",
          help: "use a newer image, or remove the line", notes: [note])
      } else if let until = option.until, !(release < until) {
        report(
          option.value.range, "'\(option.key)' was removed in \(runtime.name) \(until.text)",
          help: "remove the line", notes: [note])
      }
    }
  }
}

extension String {
  /// The JSON text as in YAML: without quotes if it is a plain word.
  fileprivate var unquoted: String {
    let inner = dropFirst().dropLast()
    let isPlain = inner.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-/".utf8.contains($0) }
    return hasPrefix("\"") && isPlain && !inner.isEmpty && Double(inner) == nil
      ? String(inner) : self
  }
}

extension Checks {
  static let variableWithField = Check(
    Rule(
      "variable-with-field", .warning,
      "A variable or an argument sets something that amm has a setting for.",
      Explanation(
        """
        A variable or an argument is passed on unchanged. A wrong number or a contradictory limit is \
        found only when the server starts.
        """,
        wrong: """
          environment:
            MAX_TOTAL_TOKENS: "8192"
          """,
        right: """
          parameters:
            context_length: 8192
          """))
  ) { profile, report in
    let runtime = profile.runtime.value
    for passed in profile.passedOn {
      guard let field = passed.names.firstValue({ runtime.field(setBy: $0) }),
        // Other rules report a setting that is written twice, and one that amm sets itself.
        profile.setting(setBy: passed) == nil,
        !passed.names.contains(where: runtime.reserved.contains)
      else { continue }
      // Without a single value, name only the setting.
      guard let node = passed.node else {
        report(
          passed.range, "amm has the setting '\(field.path)' for '\(passed.written)'",
          help: "use the setting, because amm checks it")
        continue
      }
      // Suggest the setting only if it accepts the value.
      guard let value = runtime.value(of: node, in: field),
        passed.words.isEmpty || passed.words.contains(node.scalar?.text ?? "")
      else { continue }
      let line = "'\(field.key): \(JSON.line(value).unquoted)' under '\(field.section)'"
      report(
        passed.range, "amm has the setting '\(field.path)' for '\(passed.written)'",
        help: "write \(line)",
        mend: passed.move(to: field, JSON.line(value).unquoted))
    }
  }

  static let booleanVariable = Check(
    Rule(
      "boolean-variable", "The server does not read the variable's value as a boolean.",
      Explanation(
        """
        Servers accept different words for booleans. Ollama reads every unknown word as true, so \
        'off' switches the setting on. TGI stops at any word except 'true' and 'false'.
        """,
        wrong: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
          environment:
            OLLAMA_NOPRUNE: "off"
          """,
        right: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
          environment:
            OLLAMA_NOPRUNE: "false"
          """,
        source: "Ollama 0.32.15, envconfig/config.go; TGI 3.3.7, launcher/src/main.rs"))
  ) { profile, report in
    let (names, words) = profile.runtime.value.booleanVariables
    guard !words.isEmpty else { return }
    for variable in profile.environment where !words.contains(variable.item.value) {
      let name = variable.name.value.text
      guard
        names.contains(name)
          || profile.table?.catalogue.option(variable: name)?.kind == .flag
      else { continue }
      report(
        variable.item.range,
        "\(profile.runtime.value.name) does not read '\(variable.item.value.abbreviated)' as a boolean",
        help: "write \(Phrase.oneOf(words.map { "\"\($0)\"" }))")
    }
  }
}
