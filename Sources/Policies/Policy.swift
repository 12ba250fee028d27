package import Diagnostics
package import Locks
import Models
import Profiles
import Schema
package import Values
import YAML

/// The limits for a shared workspace, from a file that its contributors cannot change.
package struct Policy: Sendable {
  /// The policy's file.
  package let source: SourceFile
  let document: PolicyDocument

  /// Reads the policy in a file and reports all errors in it.
  package static func read(_ source: SourceFile) -> Outcome<Policy> {
    Composer.compose(source).then { node in
      let collector = DiagnosticCollector(source)
      let document = PolicyDocument.read(node, collector)
      collector.refuseSecrets()
      return Outcome(
        document.map { Policy(source: source, document: $0) }, collector.diagnostics)
    }
  }

  /// The path of the trusted lock, as it is written, or nil if the policy has none.
  package var lockPath: String? { document.lock?.value }

  /// The JSON Schema of a policy file.
  package static var jsonSchema: Value {
    PolicyDocument.fields.document(title: "amm policy", id: "urn:amm:schema:policy")
  }
}

/// Facts about a model from a source that contributors cannot change.
package struct VerifiedModel: Sendable {
  /// The licence as the hub names it, or nil if the author states none.
  package let license: String?
  /// The size of the weights in bytes, or nil if it is not known.
  package let weights: Int?
  /// The context length in tokens, or nil if it is not known.
  let contextLength: Int?

  /// Creates the facts from an entry of a trusted lock.
  package init(_ locked: LockedModel) {
    license = locked.license
    weights = locked.weightBytes
    contextLength = locked.facts.flatMap { $0.reachableContext ?? $0.contextLength }
  }
}

extension Policy {
  /// A collector of diagnostics that adds the violated line of the policy to each.
  struct Ruling {
    let policy: Policy
    /// The file that is checked.
    let judged: SourceFile
    private(set) var diagnostics: [Diagnostic] = []

    init(_ policy: Policy, on judged: SourceFile) {
      self.policy = policy
      self.judged = judged
    }

    /// Reports a violation at a place.
    ///
    /// - Parameter line: The violated line of the policy, or nil if the default of an omitted key
    ///   applies.
    mutating func refuse(
      _ rule: Rule, at range: SourceRange, _ message: String, help: String? = nil,
      by line: SourceRange?
    ) {
      let note = Diagnostic.Note(
        line.map { SourceLocation(policy.source, $0) } ?? SourceLocation(path: policy.source.path),
        line == nil ? "this policy does not allow it" : "the policy's rule is here")
      diagnostics.append(
        Diagnostic(
          rule, at: SourceLocation(judged, range), message, help: help.map { [$0] } ?? [],
          notes: [note]))
    }

    /// Reports a use of something that amm cannot check, unless the policy allows it.
    mutating func shut(
      _ door: Located<DoorRule>?, _ name: String, at range: SourceRange?, _ message: String
    ) {
      guard let range, door?.value != .allowed else { return }
      refuse(
        PolicyRules.door, at: range, message,
        help: "use amm's own settings, or ask the policy's owner to set '\(name): allowed'",
        by: door?.range)
    }
  }

  /// Returns whether a name equals one of the prefixes, or continues one after a `/`.
  ///
  /// A tag after the last part is ignored.
  static func allows(_ name: String, _ prefixes: [Located<String>]) -> Bool {
    prefixes.contains { prefix in
      guard name.utf8.starts(with: prefix.value.utf8) else { return false }
      let rest = name.utf8.dropFirst(prefix.value.utf8.count)
      return rest.isEmpty || rest.first == UInt8(ascii: "/")
        || (rest.first == UInt8(ascii: ":") && !rest.contains(UInt8(ascii: "/")))
    }
  }

  static func list(_ items: [Located<String>]) -> String {
    items.isEmpty
      ? "the policy allows none"
      : "the policy allows only \(Phrase.allOf(items.map { "'\($0.value)'" }))"
  }
}
