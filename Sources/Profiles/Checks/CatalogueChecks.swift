import Catalogues
import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

/// What of a profile the launcher's own table of options decides.
///
/// Releases without a table are not judged.
extension Checks {
  /// A launcher that is given a word it does not know prints its usage and exits.
  static let unknownArgument = Check(
    Rule(
      "unknown-argument", "An argument is an option that the image's release of the server has.",
      Explanation(
        """
        The server prints its usage and exits, and systemd starts it again until it gives up. \
        Options are renamed and removed from release to release, so recipes age.
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
      let message =
        "\(table.title(of: runtime, isSure: isSure)) has no option '\(given.name.abbreviated)'"
      let help = UnknownOption.help(argument: given.name, in: runtime, table)
      if isSure {
        report(given.range, message, help: help, mend: given.mend(by: help))
      } else {
        report.collector.emit(notInTables.rule, given.range, message, help: help)
      }
    }
  }

  /// Of a release that amm has no table of, nothing is known for certain.
  static let notInTables = Check(
    Rule(
      "option-not-in-tables", .warning, "An option is one that amm's tables have.",
      Explanation(
        """
        The image is of a release that amm has no table of, or not the project's own. Another \
        release may have the option; if this one has not, the server does not start.
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
      "unknown-word", "A word is one that the image's release of the server has.",
      Explanation(
        """
        Names of parsers, formats and backends come and go with releases, and two servers have \
        different names for one thing. The server looks them up when it starts, and exits.
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
          to 0.5.23, srt/server_args.py
          """))
  ) { profile, report in
    let words = profile.writtenWords
    guard !words.isEmpty, let table = profile.table else { return }
    let catalogue = table.catalogue
    for written in words {
      guard let option = catalogue.option(written.option),
        let word = written.parts(of: option).first(where: { option.refuses($0.text) }),
        !profile.hasPlugin(for: option)
      else { continue }
      let isSure = table.isSure {
        $0.option(word.option)?.refuses(word.text) == true
      }
      let message =
        "\(table.title(of: profile.runtime.value, isSure: isSure)) has no '\(word.text.abbreviated)' for '\(option.names[0])'"
      let help = option.help(for: word.text)
      guard isSure else {
        report.collector.emit(notInTables.rule, word.range, message, help: help)
        continue
      }
      let note = profile.image.map {
        [report.note($0.range, "the image is of release \(table.release.text)")]
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
  /// A word that stands for one of a list, with the option that it is given to.
  fileprivate struct WrittenWord {
    let option: String
    let text: String
    let range: SourceRange

    /// Whether the range holds the word and nothing else, so that another can stand there.
    var isWhole: Bool {
      range.start.line == range.end.line
        && range.end.column - range.start.column == text.unicodeScalars.count
    }

    /// The words that commas separate, where the option takes such.
    func parts(of taker: CatalogueOption) -> [WrittenWord] {
      guard taker.count == .joined else { return [self] }
      return text.split(separator: ",").map {
        WrittenWord(option: option, text: String($0), range: range)
      }
    }
  }

  /// The texts that own settings and arguments give to options.
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
      // An option's name where its value belongs is a mistake of its own.
      words += given.values.filter {
        $0.value.utf8.first != UInt8(ascii: "-") || Double($0.value) != nil
      }
      .map { WrittenWord(option: given.name, text: $0.value, range: $0.range) }
    }
    return words
  }

  /// Whether the runtime itself says of a common setting's word that it does not have it.
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

  /// Whether a file of the author's own may add words to those of an option.
  func hasPlugin(for option: CatalogueOption) -> Bool {
    guard let plugin = option.names.compactMap({ runtime.value.wordPlugins[$0] }).first else {
      return false
    }
    return given.contains { $0.option?.names.contains(plugin) == true }
      || settings.own.contains { $0.option.text == plugin }
  }
}

extension CatalogueOption {
  /// The word that was meant, also by who knows it from another server, or else all there are.
  fileprivate func help(for word: String) -> String {
    func letters(_ text: String) -> [UInt8] {
      text.lowercased().utf8.filter { $0.isASCIIDigit || (0x61...0x7A).contains($0) }
    }
    let meant = letters(word)
    let same = choices.filter { choice in
      let other = letters(choice)
      return other == meant
        || (meant.count > 4 && (other.ends(with: meant) || other.starts(with: meant)))
        // Another server's word may hold this one's: `openai_gptoss` is `gpt-oss`.
        || (other.count > 4 && (meant.ends(with: other) || meant.starts(with: other)))
    }
    if same.count == 1 { return "did you mean '\(same[0])'?" }
    // Of numbers, none is a slip of the fingers away.
    if choices.allSatisfy({ Double($0) != nil }) {
      return "it has \(Phrase.allOf(choices.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) }))"
    }
    return Suggestion.help(
      for: word, among: choices, otherwise: "it has \(Phrase.allOf(choices))")
  }
}

extension [UInt8] {
  fileprivate func ends(with other: [UInt8]) -> Bool { reversed().starts(with: other.reversed()) }
}
