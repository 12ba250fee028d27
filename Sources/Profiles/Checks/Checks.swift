import Deployments
package import Diagnostics
import Schema
import Values

/// What must hold of every profile, whatever its runtime.
package enum Checks {
  package static let all: [Check] = [
    fieldUse, contextWritten, imageRegistry, movingTag, reservedSetting,
    secretVariable,
  ]

  /// Every rule that a profile's check can report.
  package static let rules: [Rule] =
    (all + Runtimes.all.flatMap { $0.checks }).map(\.rule) + ProfileRules.all
    + [ignoredSetting]

  static let ignoredSetting = Rule(
    "ignored-setting", .warning, "A setting has an effect in the profile's runtime.")

  /// One function over all common settings: the runtime's own table decides.
  private static let fieldUse = Check(
    Rule("unsupported-setting", "A setting is one that the profile's runtime has.")
  ) { profile, report in
    check(Parameters.fields, of: profile.parameters, in: profile, report)
    check(Performance.fields, of: profile.performance, in: profile, report)
  }

  private static func check<Owner: Record>(
    _ table: FieldTable<Owner>, of record: Owner, in profile: Profile, _ report: Report
  ) where Owner.Destination == CommonField {
    for field in table.all {
      guard let common = field.destination, let value = field.value(record) else { continue }
      // Its absence has the same effect everywhere.
      if value.value == .text(Quantization.none.rawValue) { continue }
      switch profile.runtime.value.use(of: common) {
      case .sets: continue
      case .ignored(let reason, let instead):
        report.collector.emit(
          ignoredSetting, value.range, "'\(field.key)' has no effect: \(reason)", help: instead)
      case .refused(let reason, let instead):
        report(value.range, "'\(field.key)' cannot be kept: \(reason)", help: instead)
      }
    }
  }

  private static let contextWritten = Check(
    Rule("context-written-twice", "The context window is written once.")
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
      "An image names its registry: a unit cannot answer when Podman asks.")
  ) { profile, report in
    guard let image = profile.image, !image.value.namesRegistry else { return }
    let path = image.value.name.contains("/") ? "docker.io/" : "docker.io/library/"
    report(
      image.range, "'\(image.value.text)' does not say which registry it is from",
      help: "write '\(path)\(image.value.text)' if Docker Hub is meant")
  }

  private static let movingTag = Check(
    Rule("moving-tag", .warning, "An image has a tag or digest that stays the same.")
  ) { profile, report in
    guard let image = profile.image, image.value.digest == nil else { return }
    let pinned = profile.runtime.value.image(for: .nvidia)
    let help =
      image.value.name == pinned.name
      ? "use '\(pinned.text)', or remove the line: that is the default"
      : "name a released version or a digest"
    switch image.value.tag {
    case nil: report(image.range, "the image has no tag, so 'latest' is used", help: help)
    case "latest", "main", "nightly", "dev", "rocm":
      report(
        image.range, "the tag '\(image.value.tag ?? "")' names another image after each release",
        help: help)
    default: return
    }
  }

  private static let reservedSetting = Check(
    Rule("reserved-setting", "What amm sets itself is not set again.")
  ) { profile, report in
    let runtime = profile.runtime.value
    for variable in profile.environment where runtime.reserved.contains(variable.name.value.text) {
      report(
        variable.name.range, "amm sets '\(variable.name.value.text)' itself",
        help: "use the field it belongs to, or the instance's settings")
    }
    for argument in profile.arguments {
      let option = argument.value.text.prefix { $0 != "=" }
      guard runtime.reserved.contains(String(option)) else { continue }
      report(
        argument.range, "amm sets '\(option)' itself",
        help: "use the field it belongs to, or the instance's settings")
    }
  }

  private static let secretVariable = Check(SchemaRules.secretValue) { profile, report in
    for variable in profile.environment where Secrets.isSecretName(variable.name.value.text) {
      report.collector.emit(
        Secrets.refusal(
          .unquoted(profile.source, variable.item.range),
          "'environment.\(variable.name.value.text)' is a secret by its name"))
    }
  }
}
