import Catalogues
import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

/// What becomes of settings in the profile's runtime: its tables decide.
extension Checks {
  /// One function over the settings whose words differ between runtimes.
  static let wordUse = Check(
    Rule(
      "unsupported-value", "A value is one that the profile's runtime has.",
      Explanation(
        """
        The server stops at a word that it does not have, after the model has been downloaded. \
        Replacing it by a similar one would serve another model than was asked for.
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
        // What is said of the newest release need not hold of the image's.
        profile.table?.catalogue[option.text]?.closedWords.contains(word) != true
      else { return }
      report(range, "'\(field.rawValue): \(word)' cannot be kept: \(reason)", help: instead)
    }
    if let quantization = profile.parameters.quantization, quantization.value != .none {
      check(
        runtime.use(of: quantization.value, on: nil), .quantization, quantization.value.rawValue,
        quantization.range)
    }
    if let context = profile.parameters.context, runtime.option(for: .contextLength) != nil,
      !runtime.takesContext(context.value)
    {
      report(
        context.range,
        "'context_length: \(context.value.value.launchText)' cannot be kept: \(runtime.name) has no such word",
        help: "write a number of tokens, or remove the line")
    }
    if let dtype = profile.parameters.dtype {
      check(runtime.use(of: dtype.value), .dtype, dtype.value.rawValue, dtype.range)
    }
  }

  /// Two fields that go to one place say it twice, whatever they are called.
  static let settingTwice = Check(
    Rule(
      "setting-written-twice", "A setting is written once, under one of its names.",
      Explanation(
        """
        Both lines end in the same option of the server, which takes it once: one of the two \
        values would be dropped.
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
        notes: [report.note(setting.range, "the other one stands here")])
    }
    for (first, second) in profile.givenTwice {
      report(
        second, "'\(first.name)' is given twice, and the last one counts",
        help: "remove one of the two",
        notes: [report.note(first.range, "the other one stands here")])
    }
    guard !profile.settings.own.isEmpty else { return }
    for common in profile.settings.common {
      guard let option = profile.runtime.value.option(for: common.field),
        let own = profile.settings.own.first(where: { $0.option == option })
      else { continue }
      report(
        own.value.range, "'\(own.key)' is the same setting as '\(common.field.path)'",
        help: "remove one of the two",
        notes: [report.note(common.value.range, "the other one stands here")])
    }
  }

  static let imageMissing = Check(
    Rule(
      "image-missing", "A profile names an image where its runtime has none of its own.",
      Explanation(
        "A custom server is whatever its image holds. Without one there is nothing to run.",
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

  /// Options come and go with releases; an unknown one keeps a server from starting.
  static let optionRelease = Check(
    Rule(
      "option-release", "An option is one that the image's release has.",
      Explanation(
        """
        A server that does not know an option prints its usage and exits, and systemd starts it \
        again until it gives up.
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
        source: "TGI 2.0.0 to 3.3.7, launcher/src/main.rs at each release"))
  ) { profile, report in
    let runtime = profile.runtime.value
    // The pinned release has every field of amm's own: a test says so.
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
            [report.note($0.range, "the image is of release \(table.release.text)")]
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
      let note = report.note(image.range, "the image is of release \(release.text)")
      if let since = option.since, release < since {
        report(
          option.value.range, "'\(option.key)' came with \(runtime.name) \(since.text)",
          help: "use a newer image, or remove the line", notes: [note])
      } else if let until = option.until, !(release < until) {
        report(
          option.value.range, "'\(option.key)' is gone since \(runtime.name) \(until.text)",
          help: "remove the line", notes: [note])
      }
    }
  }
}

extension String {
  /// A text of JSON as YAML has it, where it is a plain word.
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
      "What has a field of its own is written there, where it is checked.",
      Explanation(
        """
        A variable or an argument is passed on as it stands: a wrong number or a limit that \
        contradicts another is found only when the server starts.
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
        // That both are written is an error of its own, as are words that amm sets itself.
        profile.setting(setBy: passed) == nil,
        !passed.names.contains(where: runtime.reserved.contains)
      else { continue }
      // What the field would refuse is not told to be written there.
      guard let node = passed.node else {
        report(
          passed.range, "'\(passed.written)' is set by '\(field.path)', which is checked",
          help: "write it there")
        continue
      }
      guard let value = runtime.value(of: node, in: field),
        passed.words.isEmpty || passed.words.contains(node.scalar?.text ?? "")
      else { continue }
      let line = "'\(field.key): \(JSON.line(value).unquoted)' under '\(field.section)'"
      report(
        passed.range, "'\(passed.written)' is set by '\(field.path)', which is checked",
        help: "write \(line)",
        mend: passed.move(to: field, JSON.line(value).unquoted))
    }
  }

  static let booleanVariable = Check(
    Rule(
      "boolean-variable", "A variable that is read as a boolean is one to its reader.",
      Explanation(
        """
        Servers disagree on what is true. Ollama takes every word that it cannot read for true, \
        so 'off' switches on; TGI stops at anything but 'true' and 'false'.
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
