import Deployments
package import Diagnostics
import Models
package import Profiles
import Schema
import Text
import Values

extension Policy {
  /// Returns the violations of the policy by a profile, independent of the instances that serve it.
  ///
  /// - Parameter verified: Facts about its model from a source that contributors cannot change, or
  ///   nil if the model is not verified.
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
        PolicyRules.image, at: image.range,
        "the policy does not allow the image '\(image.value.name)'",
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
    // The policy's rules for the model do not cover a second model.
    if let line = document.revisions?.range ?? document.models?.range ?? document.licenses?.range
      ?? document.weights?.range, let other = profile.otherModel
    {
      ruling.refuse(
        PolicyRules.revision, at: other.range,
        "'\(other.value)' names a second model, which this policy does not cover",
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
          "'\(other.value)' may select code other than the pinned commit's",
          help: "remove the line",
          by: line)
      } else if !profile.isPinnedToCommit {
        ruling.refuse(
          PolicyRules.remoteCode, at: place,
          "code from the model's repository runs, but the model is not pinned to a commit",
          help: "set 'source.revision' to a 40-digit commit", by: line)
      }
    case .never:
      ruling.refuse(
        PolicyRules.remoteCode, at: place,
        "the policy does not allow code from a model's repository", help: "remove the line",
        by: line)
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
        PolicyRules.revision, at: profile.model.range, "the model is not pinned to a commit",
        help: "run 'amm lock', or set 'source.revision' to a 40-digit commit", by: line)
    }
  }

  /// Returns whether the policy allows a profile's model.
  ///
  /// Local models are allowed only if `mounts` is set, which then limits the folders that they may
  /// be in.
  private func isAllowed(_ profile: Profile, by allowed: [Located<String>]) -> Bool {
    switch profile.model {
    case .local: return document.mounts != nil
    case .huggingFace(let id, _):
      return Self.allows(id.value, allowed.filter { !$0.value.hasPrefix(Self.ofOllama) })
    case .ollama(let name):
      // A name without a slash is in Ollama's library. Models of other owners have a slash.
      let own = allowed.filter {
        $0.value.hasPrefix(Self.ofOllama) && ($0.value.contains("/") || !name.value.contains("/"))
      }
      return Self.allows(Self.ofOllama + name.value, own)
    }
  }

  /// The prefix of entries for Ollama models, whose names are separate from those of the hub.
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
          ? "a local model has no licence on the hub; allow it by removing 'licenses' from the policy"
          : "run 'amm lock' on this machine, or set 'lock' in the policy to a lock that contributors cannot change",
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
          "are \(ByteCount(clamping: $0).text), but the policy allows at most \(most.value.text)"
        }
        ruling.refuse(
          PolicyRules.size, at: profile.model.range,
          "the model's weights \(found ?? "have an unverified size")",
          help: found == nil ? "run 'amm lock' on this machine, which queries the hub" : nil,
          by: most.range)
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
    // Facts that the profile states about the model are not verified.
    guard let tokens = asked?.value ?? verified?.contextLength ?? profile.publicFacts?.contextLength
    else {
      return ruling.refuse(
        PolicyRules.size, at: profile.model.range,
        "the profile sets no context length, and the model's own is not verified",
        help: "set 'parameters.context_length'", by: most.range)
    }
    guard tokens > most.value else { return }
    ruling.refuse(
      PolicyRules.size, at: asked?.range ?? profile.model.range,
      asked == nil
        ? "the profile sets no context length, and the model's own is \(tokens) tokens"
        : "the context is \(tokens) tokens, but the policy allows at most \(most.value)",
      help: "set 'context_length' to \(most.value) or less", by: most.range)
  }

  private func judgeDoors(_ profile: Profile, _ ruling: inout Ruling) {
    ruling.shut(
      document.arguments, "arguments", at: profile.arguments.first?.range,
      "the profile passes arguments directly to the launcher")
    ruling.shut(
      document.arguments, "arguments", at: profile.entrypoint?.range,
      "the profile replaces the image's program")
    if let open = profile.openSetting {
      ruling.shut(
        document.arguments, "arguments", at: open.range,
        "'\(open.value)' can select a file, a program, code or another model, or expose the server")
    }
    ruling.shut(
      document.environment, "environment", at: profile.environment.first?.name.range,
      "the profile sets environment variables")
  }
}
