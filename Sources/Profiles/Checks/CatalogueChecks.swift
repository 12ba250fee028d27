import Catalogues
import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

/// Checks of a profile against the launcher's own table of options.
///
/// Versions without a table are not checked.
extension Checks {
  /// A launcher prints its usage and exits if it does not know an argument.
  static let unknownArgument = Check(
    Rule(
      "unknown-argument", "The server does not have the option that an argument names.",
      Explanation(
        """
        The server prints its usage and exits. systemd restarts it until it gives up. New versions \
        rename and remove options, so that copied commands become outdated.
        """,
        wrong: """
          container:
            runtime: vllm
          arguments: [--enable-expert-paralel]
          """,
        right: """
          container:
            runtime: vllm
          vllm:
            enable_expert_parallel: true
          """,
        source: """
          the argument parsers of vLLM 0.10.1 to 0.33.0, SGLang 0.5.21 to 0.5.23, llama.cpp b10867 \
          to b11434, TGI 2.0.4 to 3.3.7 and TEI 1.5.1 to 1.9.3
          """))
  ) { profile, report in
    guard let table = profile.table else { return }
    let runtime = profile.runtime.value
    for given in profile.given where given.option == nil && !Secrets.isSecretOption(given.name) {
      let isSure = table.isSure { $0.option(given.name) == nil }
      // Looking for what was meant costs more than all else, and the rest is not shown.
      let collector = report.collector
      guard !(isSure ? collector.isFull : collector.isFullOfWarnings) else { continue }
      let message =
        "\(table.title(of: runtime, isSure: isSure)) has no option '\(given.name.abbreviated)'"
      let help = UnknownOption.help(argument: given.name, in: runtime, table)
      if isSure {
        report(given.range, message, help: help, mend: given.mend(by: help))
      } else {
        collector.emit(notInTables.rule, given.range, message, help: help)
      }
    }
  }

  /// Reports options and words of a version without a table, where nothing is certain.
  static let notInTables = Check(
    Rule(
      "option-not-in-tables", .warning, "The option or its value is not in amm's tables.",
      Explanation(
        """
        amm has no table for the image's version, or the image is not the project's own. If the image \
        does not have the option, the server does not start.
        """,
        wrong: """
          container:
            runtime: vllm
            image: docker.io/vllm/vllm-openai:v0.99.0
          arguments: [--option-of-tomorrow]
          """,
        right: """
          container:
            runtime: vllm
          """,
        source: """
          the argument parsers of vLLM 0.10.1 to 0.33.0, SGLang 0.5.21 to 0.5.23, llama.cpp b10867 \
          to b11434, TGI 2.0.4 to 3.3.7 and TEI 1.5.1 to 1.9.3
          """))
  ) { _, _ in }

  /// Parsers, formats and backends are looked up in registries when the server starts.
  static let unknownWord = Check(
    Rule(
      "unknown-word", "The server does not support the value of an option.",
      Explanation(
        """
        Names of parsers, formats and backends change between versions, and differ between servers. \
        The server looks them up when it starts, and exits if it does not have one.
        """,
        wrong: """
          container:
            runtime: vllm
          vllm:
            reasoning_parser: gpt-oss
          """,
        right: """
          container:
            runtime: vllm
          vllm:
            reasoning_parser: openai_gptoss
          """,
        source: """
          vLLM 0.10.1 to 0.33.0, tool_parsers/__init__.py and reasoning/__init__.py; SGLang 0.5.21 \
          to 0.5.23, python/sglang/srt/server_args.py
          """))
  ) { profile, report in
    let words = profile.writtenWords
    guard !words.isEmpty, let table = profile.table else { return }
    let catalogue = table.catalogue
    for written in words {
      guard let option = catalogue.option(written.option),
        let word = written.parts(of: option).first(where: { option.refuses($0.text) }),
        !profile.hasPlugin(for: option),
        !profile.runtime.value.replacesWord(of: option, for: profile)
      else { continue }
      let isSure = table.isSure {
        $0.option(word.option)?.refuses(word.text) == true
      }
      let message =
        "\(table.title(of: profile.runtime.value, isSure: isSure)) has no value '\(word.text.abbreviated)' for '\(option.names[0])'"
      let help = option.help(for: word.text)
      guard isSure else {
        report.collector.emit(notInTables.rule, word.range, message, help: help)
        continue
      }
      let note = profile.image.map {
        [report.note($0.range, "the image has version \(table.release.text)")]
      }
      report(
        word.range, message, help: help, notes: note ?? [],
        mend: UnknownOption.meant(by: help).flatMap {
          word.isWhole ? .replace(word.range, with: $0) : nil
        })
    }
  }
}

extension Profile {
  /// A word from a list, with the option that it is given to.
  fileprivate struct WrittenWord {
    let option: String
    let text: String
    let range: SourceRange

    /// Whether the range contains only the word, so that another word can replace it.
    var isWhole: Bool {
      range.start.line == range.end.line
        && range.end.column - range.start.column == text.unicodeScalars.count
    }

    /// Returns the words between commas if the option takes several, else the word itself.
    func parts(of taker: CatalogueOption) -> [WrittenWord] {
      guard taker.count == .joined else { return [self] }
      return text.split(separator: ",").map {
        WrittenWord(option: option, text: String($0), range: range)
      }
    }
  }

  /// The texts that settings, variables and arguments give to options.
  fileprivate var writtenWords: [WrittenWord] {
    var words: [WrittenWord] = []
    for setting in settings.common where !isRefused(setting) {
      let value = setting.value.value.word(in: setting.field, of: runtime.value)
      guard case .argument(let option)? = runtime.value.option(for: setting.field),
        case .text(let text) = value, text != Quantization.none.rawValue
      else { continue }
      words.append(WrittenWord(option: option, text: text, range: setting.value.range))
    }
    for setting in settings.own {
      switch (setting.option, setting.value.value) {
      case (.argument(let option), .text(let text)):
        words.append(WrittenWord(option: option, text: text, range: setting.value.range))
      case (.argument(let option), .integer(let number)):
        words.append(
          WrittenWord(option: option, text: String(number), range: setting.value.range))
      case (.argument(let option), .list(let items)),
        (.variable(let option), .list(let items)),
        (.words(let option), .list(let items)), (.repeated(let option), .list(let items)):
        words += items.compactMap { item in
          guard case .text(let text) = item else { return nil }
          return WrittenWord(option: option, text: text, range: setting.value.range)
        }
      default: continue
      }
    }
    for variable in environment {
      let name = variable.name.value.text
      guard let option = table?.catalogue.option(variable: name),
        option.kind == .text, !variable.item.value.isEmpty
      else { continue }
      words.append(
        WrittenWord(
          option: option.names[0], text: variable.item.value, range: variable.item.range))
    }
    for given in given where given.option != nil {
      // Another rule reports an option's name in the place of a value.
      words += given.values.filter {
        $0.value.utf8.first != UInt8(ascii: "-") || Double($0.value) != nil
      }
      .map { WrittenWord(option: given.name, text: $0.value, range: $0.range) }
    }
    return words
  }

  /// Returns whether the runtime itself rejects the word of a common setting.
  private func isRefused(_ setting: Settings.Common) -> Bool {
    guard case .text(let text) = setting.value.value else { return false }
    let use: WordUse? =
      switch setting.field {
      case .quantization: Quantization(rawValue: text).map { runtime.value.use(of: $0, on: nil) }
      case .dtype: DataType(rawValue: text).map { runtime.value.use(of: $0) }
      default: nil
      }
    return if case .refused = use { true } else { false }
  }

  /// Returns whether the user's own plugin file may add words to those of an option.
  func hasPlugin(for option: CatalogueOption) -> Bool {
    guard let plugin = option.names.compactMap({ runtime.value.wordPlugins[$0] }).first else {
      return false
    }
    return given.contains { $0.option?.names.contains(plugin) == true }
      || settings.own.contains { $0.option.text == plugin }
  }
}

extension CatalogueOption {
  /// Returns a suggestion of the intended word, which may be another server's, or else all words.
  fileprivate func help(for word: String) -> String {
    func letters(_ text: String) -> [UInt8] {
      text.lowercased().utf8.filter { $0.isASCIIDigit || (0x61...0x7A).contains($0) }
    }
    let meant = letters(word)
    let same = choices.filter { choice in
      let other = letters(choice)
      return other == meant
        || (meant.count > 4 && (other.ends(with: meant) || other.starts(with: meant)))
        // Another server's word may contain this one's: `openai_gptoss` is `gpt-oss`.
        || (other.count > 4 && (meant.ends(with: other) || meant.starts(with: other)))
    }
    if same.count == 1 { return "did you mean '\(same[0])'?" }
    // A number is never a misspelling of another one.
    if choices.allSatisfy({ Double($0) != nil }) {
      let numbers = choices.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) }
      return "the known values are \(Phrase.allOf(numbers))"
    }
    return Suggestion.help(
      for: word, among: choices, otherwise: "the known values are \(Phrase.allOf(choices))")
  }
}

extension [UInt8] {
  fileprivate func ends(with other: [UInt8]) -> Bool { reversed().starts(with: other.reversed()) }
}
