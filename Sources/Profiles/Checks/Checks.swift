import Deployments
package import Diagnostics
import Schema
import Values

/// Checks of profiles for every runtime.
package enum Checks {
  /// All checks of a profile that do not belong to one runtime, in the order in which they run.
  package static let all: [Check] = [
    fieldUse, wordUse, contextWritten, settingTwice, imageMissing, imageRegistry, movingTag,
    optionRelease, unknownArgument, unknownWord, notInTables, argumentValue, unknownMember,
    unknownVariable,
    numberVariable, ignoredVariable, reservedSetting,
    variableWithField,
    booleanVariable, secretVariable,
    remoteCode, contextOfModel, headsOfModel, quantizedWeights, otherQuantization,
    expertBlocks, architectureOfRelease, architectureGone, architectureOfBuild, modelThatWrites,
    partMissing, memoryClaimed, pathOfHost, pathNotMounted, ExposureChecks.mounts,
    ExposureChecks.variables, LaunchChecks.settingTooLong, LaunchChecks.launchTooLong, unmaintained,
  ]

  /// The rule for exposed places of the host, which also applies to an instance's mounts.
  package static var hostExposed: Rule { ExposureChecks.rule }

  /// Whether a variable changes which code a server runs or where its traffic goes, so that only an
  /// instance may set it.
  package static func isUnsafeVariable(_ name: String) -> Bool { ExposureChecks.isUnsafe(name) }

  /// Every rule that a profile's check can report.
  package static let rules: [Rule] =
    (all + Runtimes.all.flatMap { $0.checks }).map(\.rule) + ProfileRules.all
    + [ignoredSetting] + placementRules

  /// Rules that only placement checks report.
  private static var placementRules: [Rule] {
    let found = Set((all + Runtimes.all.flatMap { $0.checks }).map(\.rule))
    return (placement + Runtimes.all.flatMap { $0.placementChecks }).map(\.rule).filter {
      !found.contains($0)
    }
  }

  static let ignoredSetting = Rule(
    "ignored-setting", .warning, "The setting has no effect in the profile's runtime.",
    Explanation(
      """
      The server has no such option. The line changes nothing, although it looks as if it did.
      """,
      wrong: """
        container:
          runtime: tgi
        parameters:
          temperature: 0.7
          context_length: 8192
        """,
      right: """
        container:
          runtime: tgi
        parameters:
          context_length: 8192
        """))

  /// Checks all common settings against the runtime's own table.
  private static let fieldUse = Check(
    Rule(
      "unsupported-setting", "The profile's runtime does not support the setting.",
      Explanation(
        """
        If amm dropped the setting, the server would run a different model than the profile describes, \
        such as one that needs four times the memory.
        """,
        wrong: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
          parameters:
            quantization: awq
          """,
        right: """
          source:
            type: ollama
            model_id: llama3.2:3b-instruct-q8_0
          container:
            runtime: ollama
          """))
  ) { profile, report in
    for setting in profile.settings.common {
      let (name, value) = (setting.field.rawValue, setting.value)
      switch profile.runtime.value.use(of: setting.field) {
      case .sets: continue
      // 'none' has the same effect in every runtime.
      case _ where value.value == .text(Quantization.none.rawValue): continue
      case .ignored(let reason, let instead):
        report.collector.emit(
          ignoredSetting, value.range, "'\(name)' has no effect: \(reason)", help: instead)
      case .refused(let reason, let instead):
        report(value.range, "'\(name)' is not supported: \(reason)", help: instead)
      }
    }
  }

  private static let contextWritten = Check(
    Rule(
      "context-written-twice", "'context_length' and 'max_total_tokens' have different values.",
      Explanation(
        """
        Both settings define the maximum number of tokens of prompt and answer together. One of the \
        two values would be dropped.
        """,
        wrong: """
          parameters:
            context_length: 8192
            max_total_tokens: 4096
          """,
        right: """
          parameters:
            context_length: 8192
          """))
  ) { profile, report in
    guard let context = profile.parameters.contextLength,
      let total = profile.parameters.maxTotalTokens, context.value != total.value
    else { return }
    report(
      context.range,
      "'context_length' (\(context.value)) and 'max_total_tokens' (\(total.value)) are the same setting",
      help: "remove one of the two",
      notes: [report.note(total.range, "the other one is here")])
  }

  static let reservedSetting = Check(
    Rule(
      "reserved-setting", "The profile sets an option that amm sets itself.",
      Explanation(
        """
        amm publishes the port, mounts the cache and names the model to match the values that it sets. \
        With another value, the server would run but could not be reached.
        """,
        wrong: """
          arguments: [--port, "3000"]
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 3000}
          """))
  ) { profile, report in
    let runtime = profile.runtime.value
    for variable in profile.environment
    where runtime.reserved.contains(variable.name.value.text)
      // Another rule reports secrets.
      && !Secrets.isSecretName(variable.name.value.text)
    {
      report(
        variable.name.range, "amm sets '\(variable.name.value.text)' itself",
        help: "use the corresponding field, or the instance's settings")
    }
    for argument in profile.arguments {
      let option = argument.option
      // Python's argparse accepts the beginning of an option.
      let isBeginning = option.utf8.count > 4 && option.hasPrefix("--")
      guard !Secrets.isSecretOption(option),
        runtime.reserved.contains(where: { $0 == option || (isBeginning && $0.hasPrefix(option)) })
      else { continue }
      report(
        argument.range, "amm sets '\(option)' itself",
        help: "use the corresponding field, or the instance's settings")
    }
  }

  private static let secretVariable = Check(SchemaRules.secretValue) { profile, report in
    func refuse(_ range: SourceRange, _ message: String, variable: String? = nil) {
      report.collector.emit(
        Secrets.refusal(.unquoted(profile.source, range), message, variable: variable))
    }
    for variable in profile.environment
    where Secrets.isSecret(variable.name.value.text, variable.item.value) {
      let name = variable.name.value.text
      refuse(variable.item.range, Secrets.message(for: "environment", name), variable: name)
    }
    let arguments = profile.arguments
    for (index, argument) in arguments.enumerated() {
      let option = argument.option
      let inner = argument.value.text.utf8.firstIndex(of: UInt8(ascii: "="))
        .map { String(argument.value.text[$0...].dropFirst()) }
      // The value of an option follows a '=', or is the next argument.
      let next = index + 1 < arguments.count ? arguments[index + 1] : nil
      let value = inner ?? next?.value.text ?? ""
      let isOption = option.utf8.starts(with: "--".utf8)
      if isOption, Secrets.isSecret(String(option.dropFirst(2)), value),
        !value.isEmpty
      {
        refuse(
          inner == nil ? (next ?? argument).range : argument.range,
          "'arguments' passes a secret to '\(option)'")
      } else if Secrets.holdsPassword(argument.value.text) {
        refuse(argument.range, "'arguments' contains an address with a password")
      }
    }
  }
}
