package import Diagnostics
package import Locks
import Models
import Profiles
import Schema
package import Values
import YAML

/// What those who change a workspace may ask for, by a file that they cannot change.
package struct Policy: Sendable {
  /// The file that says it.
  package let source: SourceFile
  let document: PolicyDocument

  /// The policy in a file, with everything that is wrong with it.
  package static func read(_ source: SourceFile) -> Outcome<Policy> {
    Composer.compose(source).then { node in
      let collector = DiagnosticCollector(source)
      let document = PolicyDocument.read(node, collector)
      collector.refuseSecrets()
      return Outcome(
        document.map { Policy(source: source, document: $0) }, collector.diagnostics)
    }
  }

  /// The path of the lock that it trusts, as it is written; nil without one.
  package var lockPath: String? { document.lock?.value }

  /// The JSON Schema of such a file.
  package static var jsonSchema: Value {
    PolicyDocument.fields.document(title: "amm policy", id: "urn:amm:schema:policy")
  }
}

/// What is known of a model by somebody whom contributors cannot speak for.
package struct VerifiedModel: Sendable {
  /// By the hub's word; nil where its author names none.
  package let license: String?
  /// Bytes of its weights; nil where they are not known.
  package let weights: Int?
  /// Tokens that it takes; nil where that is not known.
  let contextLength: Int?

  /// What an entry of a lock says that is trusted.
  package init(_ locked: LockedModel) {
    license = locked.license
    weights = locked.weightBytes
    contextLength = locked.facts.flatMap { $0.reachableContext ?? $0.contextLength }
  }
}

extension Policy {
  /// One diagnostic after the other, each with the line of the policy that it breaks.
  struct Ruling {
    let policy: Policy
    /// The file that is judged.
    let judged: SourceFile
    private(set) var diagnostics: [Diagnostic] = []

    init(_ policy: Policy, on judged: SourceFile) {
      self.policy = policy
      self.judged = judged
    }

    /// Says what a place breaks.
    ///
    /// - Parameter line: Where the policy says so; nil for what it says by saying nothing.
    mutating func refuse(
      _ rule: Rule, at range: SourceRange, _ message: String, help: String? = nil,
      by line: SourceRange?
    ) {
      let note = Diagnostic.Note(
        line.map { SourceLocation(policy.source, $0) } ?? SourceLocation(path: policy.source.path),
        line == nil ? "this policy does not allow it" : "the policy says so here")
      diagnostics.append(
        Diagnostic(
          rule, at: SourceLocation(judged, range), message, help: help.map { [$0] } ?? [],
          notes: [note]))
    }

    /// Says that a door is used that is shut.
    mutating func shut(
      _ door: Located<DoorRule>?, _ name: String, at range: SourceRange?, _ message: String
    ) {
      guard let range, door?.value != .allowed else { return }
      refuse(
        PolicyRules.door, at: range, message,
        help: "use the fields that amm knows, or ask for '\(name): allowed' in the policy",
        by: door?.range)
    }
  }

  /// Whether a name is, part by part, one of some or below one; a tag behind the last part counts for nothing.
  static func allows(_ name: String, _ prefixes: [Located<String>]) -> Bool {
    prefixes.contains { prefix in
      guard name.utf8.starts(with: prefix.value.utf8) else { return false }
      let rest = name.utf8.dropFirst(prefix.value.utf8.count)
      return rest.isEmpty || rest.first == UInt8(ascii: "/")
        || (rest.first == UInt8(ascii: ":") && !rest.contains(UInt8(ascii: "/")))
    }
  }

  static func list(_ items: [Located<String>]) -> String {
    items.isEmpty ? "it allows none" : "it allows \(Phrase.allOf(items.map { "'\($0.value)'" }))"
  }
}
