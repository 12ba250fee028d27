import Deployments
package import Diagnostics
import Models
package import Profiles
import Schema
import Text
import Values

extension Policy {
  /// What a profile breaks, wherever it will be served.
  ///
  /// - Parameter verified: What is known of its model by somebody whom contributors cannot speak for; nil
  ///   where nobody verified it.
  package func judge(_ profile: Profile, verified: VerifiedModel?) -> [Diagnostic] {
    var ruling = Ruling(self, on: profile.source)
    judgeRuntime(profile, &ruling)
    judgeModel(profile, verified, &ruling)
    judgeSize(profile, verified, &ruling)
    judgeDoors(profile, &ruling)
    if let image = profile.image, let allowed = document.images,
      !Self.allows(image.value.name, allowed.value)
    {
      ruling.refuse(
        PolicyRules.image, at: image.range, "the policy does not allow '\(image.value.name)'",
        help: Self.list(allowed.value), by: allowed.range)
    }
    return ruling.diagnostics
  }

  private func judgeRuntime(_ profile: Profile, _ ruling: inout Ruling) {
    let name = profile.runtime.value.name
    guard let allowed = document.runtimes, !allowed.value.contains(where: { $0.value == name })
    else { return }
    ruling.refuse(
      PolicyRules.runtime, at: profile.runtime.range,
      "the policy does not allow the runtime '\(name)'", help: Self.list(allowed.value),
      by: allowed.range)
  }

  private func judgeModel(
    _ profile: Profile, _ verified: VerifiedModel?, _ ruling: inout Ruling
  ) {
    if let allowed = document.models, !isAllowed(profile, by: allowed.value) {
      ruling.refuse(
        PolicyRules.model, at: profile.model.range,
        "the policy does not allow the model '\(profile.model.text)'",
        help: Self.list(allowed.value), by: allowed.range)
    }
    if let revisions = document.revisions, revisions.value == .pinned {
      judgeRevision(profile, revisions.range, &ruling)
    }
    // What is said of the model holds for no other one beside it.
    if let line = document.revisions?.range ?? document.models?.range ?? document.licenses?.range
      ?? document.weights?.range, let other = profile.otherModel
    {
      ruling.refuse(
        PolicyRules.revision, at: other.range,
        "'\(other.value)' names a second model, which this policy does not judge",
        help: "remove it", by: line)
    }
    if let licenses = document.licenses {
      judgeLicense(profile, verified, licenses, &ruling)
    }
    judgeRemoteCode(profile, &ruling)
  }

  private func judgeRemoteCode(_ profile: Profile, _ ruling: inout Ruling) {
    guard let place = profile.remoteCodePlace else { return }
    let line = document.remoteCode?.range
    switch document.remoteCode?.value ?? .never {
    case .allowed: return
    case .pinned:
      if let other = profile.otherCode {
        ruling.refuse(
          PolicyRules.remoteCode, at: other.range,
          "'\(other.value)' may name other code than the pinned commit's", help: "remove the line",
          by: line)
      } else if !profile.isPinnedToCommit {
        ruling.refuse(
          PolicyRules.remoteCode, at: place,
          "code of the model's repository is run, and the model is pinned to no commit",
          help: "pin 'source.revision' to a commit of 40 digits", by: line)
      }
    case .never:
      ruling.refuse(
        PolicyRules.remoteCode, at: place,
        "the policy lets no code of a model's repository run", help: "remove the line", by: line)
    }
  }

  private func judgeRevision(
    _ profile: Profile, _ line: SourceRange, _ ruling: inout Ruling
  ) {
    let isPinned =
      profile.isPinnedToCommit && profile.runtime.value.loadsRevisions
      || profile.locked != nil && profile.table != nil
    if !profile.isLocal, !isPinned {
      ruling.refuse(
        PolicyRules.revision, at: profile.model.range, "the model is pinned to no commit",
        help: "run 'amm lock', or write a commit of 40 digits as 'source.revision'", by: line)
    }
  }

  /// Those of this machine are what `mounts` allows; without it, nothing says whose they are.
  private func isAllowed(_ profile: Profile, by allowed: [Located<String>]) -> Bool {
    switch profile.model {
    case .local: return document.mounts != nil
    case .huggingFace(let id, _):
      return Self.allows(id.value, allowed.filter { !$0.value.hasPrefix(Self.ofOllama) })
    case .ollama(let name):
      // A name alone is of the library; other people's models have their owner's before it.
      let own = allowed.filter {
        $0.value.hasPrefix(Self.ofOllama) && ($0.value.contains("/") || !name.value.contains("/"))
      }
      return Self.allows(Self.ofOllama + name.value, own)
    }
  }

  /// What entries for models of Ollama begin with: its names are no names of the hub.
  private static let ofOllama = "ollama:"

  private func judgeLicense(
    _ profile: Profile, _ verified: VerifiedModel?, _ licenses: Located<[Located<String>]>,
    _ ruling: inout Ruling
  ) {
    guard let verified else {
      return ruling.refuse(
        PolicyRules.license, at: profile.model.range,
        "the model's licence is unverified",
        help: profile.isLocal
          ? "a model of this machine has none that the hub tells"
          : "run 'amm lock' here, or name a lock that contributors cannot change as 'lock' in the policy",
        by: licenses.range)
    }
    let license = verified.license ?? "none"
    // The hub writes licences in lower case.
    guard !licenses.value.contains(where: { $0.value.lowercased() == license.lowercased() })
    else { return }
    ruling.refuse(
      PolicyRules.license, at: profile.model.range,
      "the model's licence is '\(license)', which the policy does not allow",
      help: Self.list(licenses.value), by: licenses.range)
  }

  private func judgeSize(
    _ profile: Profile, _ verified: VerifiedModel?, _ ruling: inout Ruling
  ) {
    if let most = document.weights {
      let size = verified?.weights
      if size.map({ $0 > most.value.bytes }) ?? true {
        let found = size.map {
          "weigh \(ByteCount(clamping: $0).text), and the policy allows \(most.value.text)"
        }
        ruling.refuse(
          PolicyRules.size, at: profile.model.range,
          "the model's weights \(found ?? "are of a size that nobody verified")",
          help: found == nil ? "run 'amm lock' here: it asks the hub" : nil, by: most.range)
      }
    }
    judgeContext(profile, verified, &ruling)
  }

  private func judgeContext(
    _ profile: Profile, _ verified: VerifiedModel?, _ ruling: inout Ruling
  ) {
    guard let most = document.contextLength, profile.runtime.value.writesText, profile.hasContext
    else { return }
    let asked = profile.contextAsked
    // What the profile says of the model is its author's word.
    guard let tokens = asked?.value ?? verified?.contextLength ?? profile.publicFacts?.contextLength
    else {
      return ruling.refuse(
        PolicyRules.size, at: profile.model.range,
        "the profile asks for no context, and nobody verified the model's own",
        help: "write 'parameters.context_length'", by: most.range)
    }
    guard tokens > most.value else { return }
    ruling.refuse(
      PolicyRules.size, at: asked?.range ?? profile.model.range,
      asked == nil
        ? "the profile asks for no context, and the model's own is \(tokens) tokens"
        : "the context is \(tokens) tokens, and the policy allows \(most.value)",
      help: "write 'context_length: \(most.value)' or less", by: most.range)
  }

  private func judgeDoors(_ profile: Profile, _ ruling: inout Ruling) {
    ruling.shut(
      document.arguments, "arguments", at: profile.arguments.first?.range,
      "words are passed to the launcher as they are")
    ruling.shut(
      document.arguments, "arguments", at: profile.entrypoint?.range,
      "another program than the image's is started")
    if let open = profile.openSetting {
      ruling.shut(
        document.arguments, "arguments", at: open.range,
        "'\(open.value)' may name a file, a program, code or another model, or open the server")
    }
    ruling.shut(
      document.environment, "environment", at: profile.environment.first?.name.range,
      "variables reach the server as they are")
  }
}
