import Deployments
package import Diagnostics
import Schema
import Values

/// What must hold of every profile, whatever its runtime.
package enum Checks {
  /// Every check of a profile that no runtime owns, in the order in which they run.
  package static let all: [Check] = [
    fieldUse, wordUse, contextWritten, settingTwice, imageMissing, imageRegistry, movingTag,
    optionRelease, unknownArgument, unknownWord, notInTables, argumentValue, unknownMember,
    unknownVariable,
    numberVariable, reservedSetting,
    variableWithField,
    booleanVariable, secretVariable,
    remoteCode, contextOfModel, headsOfModel, quantizedWeights, otherQuantization,
    expertBlocks, architectureOfRelease, architectureGone, architectureOfBuild, modelThatWrites,
    partMissing, memoryClaimed, pathOfHost, pathNotMounted, ExposureChecks.mounts,
    ExposureChecks.variables, LaunchChecks.settingTooLong, LaunchChecks.launchTooLong, unmaintained,
  ]

  /// What an instance breaks by its mounts as well as a profile.
  package static var hostExposed: Rule { ExposureChecks.rule }

  /// Every rule that a profile's check can report.
  package static let rules: [Rule] =
    (all + Runtimes.all.flatMap { $0.checks }).map(\.rule) + ProfileRules.all
    + [ignoredSetting] + placementRules

  /// Those that only an instance's GPUs can break.
  private static var placementRules: [Rule] {
    let found = Set((all + Runtimes.all.flatMap { $0.checks }).map(\.rule))
    return (placement + Runtimes.all.flatMap { $0.placementChecks }).map(\.rule).filter {
      !found.contains($0)
    }
  }

  static let ignoredSetting = Rule(
    "ignored-setting", .warning, "A setting has an effect in the profile's runtime.",
    Explanation(
      """
      The server has nothing to set, so the line changes nothing while its reader believes that \
      it does.
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

  /// One function over all common settings: the runtime's own table decides.
  private static let fieldUse = Check(
    Rule(
      "unsupported-setting", "A setting is one that the profile's runtime has.",
      Explanation(
        """
        Dropping the setting would serve another model than the profile promises, such as one \
        that needs four times the memory.
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
      // The absence of quantization has the same effect everywhere.
      case _ where value.value == .text(Quantization.none.rawValue): continue
      case .ignored(let reason, let instead):
        report.collector.emit(
          ignoredSetting, value.range, "'\(name)' has no effect: \(reason)", help: instead)
      case .refused(let reason, let instead):
        report(value.range, "'\(name)' cannot be kept: \(reason)", help: instead)
      }
    }
  }

  private static let contextWritten = Check(
    Rule(
      "context-written-twice", "The context window is written once.",
      Explanation(
        """
        Both are the number of tokens that prompt and answer have together. With two values, one \
        of them would be dropped.
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
      notes: [report.note(total.range, "the other one stands here")])
  }

  private static let imageRegistry = Check(
    Rule(
      "unqualified-image", .warning,
      "An image names its registry: a unit cannot answer when Podman asks.",
      Explanation(
        """
        At a terminal Podman asks which registry is meant. A unit cannot answer: it fails, or \
        takes the image from whichever registry the machine happens to search.
        """,
        wrong: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
            image: ollama/ollama:0.32.15
          """,
        right: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
            image: docker.io/ollama/ollama:0.32.15
          """,
        source: "containers/image v5, docs/containers-registries.conf.5.md (short-name-mode)"))
  ) { profile, report in
    guard let image = profile.image, !image.value.namesRegistry else { return }
    let path = image.value.name.contains("/") ? "docker.io/" : "docker.io/library/"
    report(
      image.range, "'\(image.value.text)' does not say which registry it is from",
      help: "write '\(path)\(image.value.text)' if Docker Hub is meant")
  }

  private static let movingTag = Check(
    Rule(
      "moving-tag", .warning, "An image has a tag or digest that stays the same.",
      Explanation(
        """
        The same profile would run another server after each release, on each machine since its \
        last pull, and options that were checked here may be gone there.
        """,
        wrong: """
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference:latest
          """,
        right: """
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference:3.3.7
          """))
  ) { profile, report in
    guard let image = profile.image, image.value.digest == nil else { return }
    let runtime = profile.runtime.value
    guard !Processor.allCases.contains(where: { runtime.image(for: $0) == image.value }) else {
      return
    }
    let own = Processor.allCases.compactMap { runtime.image(for: $0) }
      .filter { $0.name == image.value.name }
    let words = tagWords(image.value.tag)
    guard isMoving(words, release: image.value.tag.flatMap(Release.init(tag:)), of: own) else {
      return
    }
    // The one for the same processor, which the tag's words tell.
    let pinned = own.first { tagWords($0.tag).contains(where: words.contains) } ?? own.first
    let help =
      pinned.map { "use '\($0.text)', or remove the line: the default is pinned" }
      ?? "name a released version or a digest"
    if let tag = image.value.tag {
      report(
        image.range, "the tag '\(tag)' names another image after each release", help: help)
    } else {
      report(image.range, "the image has no tag, so 'latest' is used", help: help)
    }
  }

  private static func tagWords(_ tag: String?) -> [String] {
    (tag ?? "").split { $0 == "-" || $0 == "_" || $0 == "." }.map(String.init)
  }

  /// Whether a tag is of no release, or, of a runtime's own image, of fewer numbers than its
  /// releases have: `3.3` is moved to each `3.3.x`.
  private static func isMoving(
    _ words: [String], release: Release?, of own: [ImageReference]
  ) -> Bool {
    let moving = ["latest", "main", "master", "nightly", "dev", "edge"]
    // A commit's image stays what it is.
    if words.contains("sha") { return false }
    guard let release, !words.contains(where: moving.contains) else { return true }
    let numbers = own.compactMap { $0.tag.flatMap(Release.init(tag:))?.count }.max() ?? 0
    return release.count < numbers
  }

  static let reservedSetting = Check(
    Rule(
      "reserved-setting", "What amm sets itself is not set again.",
      Explanation(
        """
        amm publishes the port, mounts the cache and names the model to match what it sets here. \
        Another value would leave a server that runs and that nobody reaches.
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
      // A secret is one mistake, whoever would set it.
      && !Secrets.isSecretName(variable.name.value.text)
    {
      report(
        variable.name.range, "amm sets '\(variable.name.value.text)' itself",
        help: "use the field it belongs to, or the instance's settings")
    }
    for argument in profile.arguments {
      let option = argument.option
      // Python's argparse takes the beginning of an option for the option.
      let isBeginning = option.utf8.count > 4 && option.hasPrefix("--")
      guard !Secrets.isSecretOption(option),
        runtime.reserved.contains(where: { $0 == option || (isBeginning && $0.hasPrefix(option)) })
      else { continue }
      report(
        argument.range, "amm sets '\(option)' itself",
        help: "use the field it belongs to, or the instance's settings")
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
      // The value of an option stands after a '=', or is the next argument.
      let next = index + 1 < arguments.count ? arguments[index + 1] : nil
      let value = inner ?? next?.value.text ?? ""
      let isOption = option.utf8.starts(with: "--".utf8)
      if isOption, Secrets.isSecret(String(option.dropFirst(2)), value),
        !value.isEmpty
      {
        refuse(
          inner == nil ? (next ?? argument).range : argument.range,
          "'arguments' gives a secret to '\(option)'")
      } else if Secrets.holdsPassword(argument.value.text) {
        refuse(argument.range, "'arguments' holds an address with a password")
      }
    }
  }
}
