import Catalogues
import Deployments
import Diagnostics
import Schema
import Values
import YAML

/// Checks that report what a launcher's parser would report when it starts.
extension Checks {
  static let argumentValue = Check(
    Rule(
      "argument-value", "The server's parser does not accept an argument or its value.",
      Explanation(
        """
        The server's parser stops at a value of the wrong type, at an option without its value and at \
        a word that belongs to no option.
        """,
        wrong: """
          container:
            runtime: llama-cpp
          arguments: [--n-cpu-moe, many]
          """,
        right: """
          container:
            runtime: llama-cpp
          llama_cpp:
            n_cpu_moe: 12
          """,
        source: """
          Python 3.12, argparse; llama.cpp b11434, common/arg.cpp; clap 4 as TGI and TEI use it
          """))
  ) { profile, report in
    guard let table = profile.table, !profile.arguments.isEmpty,
      profile.runtime.value.argumentSyntax != .nothing
    else { return }
    let read = GivenOptions(profile.arguments, profile.runtime.value, table)
    var wasMeantAsOption = false
    for stray in read.strays {
      // The value of an option whose dashes are missing is not a mistake itself.
      if wasMeantAsOption {
        wasMeantAsOption = false
        continue
      }
      let dashed = "--" + stray.value.text
      wasMeantAsOption = table.catalogue[dashed] != nil
      let before = read.options.last { $0.range.start < stray.range.start }
      report(
        stray.range, "'\(stray.value.text.abbreviated)' is neither an option nor a value of one",
        help: wasMeantAsOption
          ? "did you mean '\(dashed)'?"
          : before.map { "remove the word: '\($0.name)' takes no value here" } ?? "remove it")
    }
    for given in read.options {
      guard let option = given.option, !Secrets.isSecretOption(given.name) else { continue }
      // In an older version, the option may have had no value.
      if table.isNewerThanImage, given.values.isEmpty { continue }
      if let problem = option.problem(with: given) {
        report(given.values.first?.range ?? given.range, problem.message, help: problem.help)
      }
    }
  }
}

extension Checks {
  static let unknownMember = Check(
    Rule(
      "unknown-member", "An object has a key that its option does not support.",
      Explanation(
        """
        The server reads the keys into its own configuration, and stops at a key that it does not have.
        """,
        wrong: """
          container:
            runtime: vllm
          vllm:
            speculative_config: {method: ngram, num_speculative_token: 3}
          """,
        right: """
          container:
            runtime: vllm
          vllm:
            speculative_config: {method: ngram, num_speculative_tokens: 3}
          """,
        source: "vLLM 0.31.0, config (the classes of its configurations)"))
  ) { profile, report in
    guard let table = profile.table else { return }
    let written = profile.settings.own.compactMap(\.nameOfObject) + profile.given.map(\.name)
    for name in written {
      guard let option = table.catalogue[name], option.kind == .json, !option.keys.isEmpty,
        let object = profile.object(name)
      else { continue }
      for member in object.value where !option.keys.contains(member.name) {
        guard table.isSure({ $0[name].map { !$0.keys.contains(member.name) } ?? true }) else {
          continue
        }
        report(
          object.range,
          "\(profile.runtime.value.name) \(table.release.text) has no key '\(member.name.abbreviated)' in '\(name)'",
          help: Suggestion.help(
            for: member.name, among: option.keys,
            otherwise: "the known keys are \(Phrase.allOf(option.keys))"))
      }
    }
  }
}

extension Settings.Own {
  /// The name of the option if its value is an object, or a text that may be one.
  fileprivate var nameOfObject: String? {
    switch (option, value.value) {
    case (.object(let name), _): name
    case (.argument(let name), .text(let text)) where text.utf8.first == UInt8(ascii: "{"): name
    default: nil
    }
  }
}

extension CatalogueOption {
  /// Returns the problem that the launcher's parser would report about the values of an option.
  fileprivate func problem(with given: GivenOption) -> (message: String, help: String)? {
    // `--name.key VALUE` sets one key of an object, and `-O3` a level.
    guard names.contains(given.name) || given.isOff else { return nil }
    if count == .none || given.isOff {
      return given.isJoined
        ? ("'\(given.name)' takes no value", "write only '\(given.name)'") : nil
    }
    guard let first = given.values.first else {
      guard count != .optional, count != .any else { return nil }
      let words =
        closedWords.isEmpty ? "" : ": one of " + Phrase.allOf(closedWords)
      return ("'\(given.name)' needs a value", "write it after the name" + words)
    }
    if refuses(first.value), first.value.utf8.first == UInt8(ascii: "-") {
      return (
        "'\(given.name)' needs a value, and would use '\(first.value.abbreviated)' as the value",
        "write its value after the name: one of " + Phrase.allOf(closedWords)
      )
    }
    for value in given.values where !choices.contains(value.value) {
      guard let kind = kindRefused(value.value) else { continue }
      return (
        "'\(given.name)' must be \(kind), found '\(first.value.abbreviated)'",
        self.kind == .json
          ? first.value.asObject.map { "write '\($0)'" } ?? "write JSON"
          : choices.isEmpty || self.kind == .text
            ? "write \(kind)" : "write \(kind), or \(Phrase.oneOf(choices))"
      )
    }
    return nil
  }

  /// Returns the expected kind of value; nil if the value is valid.
  private func kindRefused(_ text: String) -> String? {
    switch kind {
    case .integer: Int(text) == nil ? "a whole number" : nil
    case .size: Int(text) == nil && Size(text) == nil ? "a whole number such as 8192 or 8k" : nil
    case .number: Double(text) == nil ? "a number" : nil
    case .json: JSONValue(parsing: text) == nil ? "JSON" : nil
    case .text, .flag: nil
    }
  }
}

extension String {
  /// The JSON object for `image=4,video=1`, as older versions took it; nil for any other text.
  fileprivate var asObject: String? {
    let pairs = split(separator: ",").map { $0.split(separator: "=") }
    guard !pairs.isEmpty, pairs.allSatisfy({ $0.count == 2 && Int($0[1]) != nil }) else {
      return nil
    }
    return JSON.line(.set(pairs.map { .init(String($0[0]), .integer(Int($0[1]) ?? 0)) }))
  }
}
