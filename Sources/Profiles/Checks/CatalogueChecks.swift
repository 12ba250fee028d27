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
        source: "the argument parsers of vLLM 0.10.1 to 0.33.0 and SGLang 0.5.21 to 0.5.23"))
  ) { profile, report in
    guard !profile.arguments.isEmpty, let catalogue = profile.catalogue else { return }
    let launcher = profile.runtime.value.name
    for argument in profile.arguments where argument.value.isOptionName {
      let name = profile.runtime.value.spelling(of: argument.option)
      guard catalogue.option(name) == nil, !Secrets.isSecretOption(argument.option) else {
        continue
      }
      let others = Catalogue.releases(of: launcher).compactMap { Catalogue.of(launcher, $0) }
      let had = others.last { $0.release < catalogue.release && $0[name] != nil }
      let has = others.first { catalogue.release < $0.release && $0[name] != nil }
      let near = Suggestion.nearest(to: name, among: catalogue.names)
      let help: String =
        if let instead = profile.runtime.value.replacements[name] {
          instead
        } else if let near {
          "did you mean '\(near)'?"
        } else if let has {
          "it came later: \(launcher) \(has.release.text) has it"
        } else if let had {
          "remove it: \(launcher) \(had.release.text) is the last that amm knows to have it"
        } else {
          "remove it, or name an image of the release that has it"
        }
      report(
        argument.range,
        "\(launcher) \(catalogue.release.text) has no option '\(name.abbreviated)'", help: help)
    }
  }

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
    guard !words.isEmpty, let catalogue = profile.catalogue else { return }
    let launcher = profile.runtime.value.name
    for word in words {
      guard let option = catalogue.option(word.option), !option.closedWords.isEmpty,
        !option.closedWords.contains(word.text), !profile.hasPlugin(for: option)
      else { continue }
      let note = profile.image.map {
        [report.note($0.range, "the image is of release \(catalogue.release.text)")]
      }
      report(
        word.range,
        "\(launcher) \(catalogue.release.text) has no '\(word.text.abbreviated)' for '\(option.names[0])'",
        help: option.help(for: word.text), notes: note ?? [])
    }
  }
}

extension Profile {
  /// The table of the release that the profile's image is of; nil where there is none, and where
  /// the image is not the launcher's own.
  var catalogue: Catalogue? {
    let runtime = runtime.value
    guard let pinned = runtime.image(for: .nvidia) else { return nil }
    let used = image?.value ?? pinned
    let isOwn = Processor.allCases.contains { runtime.image(for: $0)?.name == used.name }
    guard isOwn, let release = used.tag.flatMap(Release.init(tag:)) else { return nil }
    return Catalogue.of(runtime.name, release)
  }

  /// A word that stands for one of a list, with the option that it is given to.
  fileprivate struct WrittenWord {
    let option: String
    let text: String
    let range: SourceRange
  }

  /// The texts that own settings and arguments give to options.
  fileprivate var writtenWords: [WrittenWord] {
    var words: [WrittenWord] = []
    for setting in settings.own {
      if case .argument(let option) = setting.option, case .text(let text) = setting.value.value {
        words.append(WrittenWord(option: option, text: text, range: setting.value.range))
      }
    }
    for (index, argument) in arguments.enumerated() where argument.value.isOptionName {
      let option = runtime.value.spelling(of: argument.option)
      if argument.value.text.utf8.count > argument.option.utf8.count {
        let text = String(argument.value.text.dropFirst(argument.option.count + 1))
        words.append(WrittenWord(option: option, text: text, range: argument.range))
      } else if index + 1 < arguments.count, !arguments[index + 1].value.isOptionName {
        let next = arguments[index + 1]
        words.append(WrittenWord(option: option, text: next.value.text, range: next.range))
      }
    }
    return words
  }

  /// Whether a file of the author's own may add words to those of an option.
  fileprivate func hasPlugin(for option: CatalogueOption) -> Bool {
    guard let plugin = option.names.compactMap({ runtime.value.wordPlugins[$0] }).first else {
      return false
    }
    return arguments.contains { runtime.value.spelling(of: $0.option) == plugin }
  }
}

extension Catalogue {
  /// The option of a name as Python's argparse finds it: the beginning of a single long name stands
  /// for it, and `--name.key` for one key of the object that `--name` takes.
  func option(_ name: String) -> CatalogueOption? {
    if let option = self[name] { return option }
    guard name.hasPrefix("--"), name.utf8.count > 3 else {
      // `-O3`: a short option with its value.
      return name.hasPrefix("--") ? nil : self[String(name.prefix(2))]
    }
    if let dot = name.firstIndex(of: ".") { return self[String(name[..<dot])] }
    let longer = names.filter { $0.hasPrefix(name) }
    return longer.count == 1 ? self[longer[0]] : nil
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
    }
    if same.count == 1 { return "did you mean '\(same[0])'?" }
    return Suggestion.help(
      for: word, among: choices, otherwise: "it has \(Phrase.allOf(choices))")
  }
}

extension [UInt8] {
  fileprivate func ends(with other: [UInt8]) -> Bool { reversed().starts(with: other.reversed()) }
}

extension Argument {
  /// Whether it is an option's name, alone or with its value, and no negative number.
  fileprivate var isOptionName: Bool {
    let bytes = Array(text.utf8.prefix(3))
    guard bytes.count > 1, bytes[0] == UInt8(ascii: "-") else { return false }
    return bytes[1] == UInt8(ascii: "-")
      ? bytes.count > 2 : !bytes[1].isASCIIDigit && bytes[1] != 0x2E
  }
}
