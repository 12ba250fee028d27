package import Diagnostics

extension Composer {
  /// The tree of another tool's file.
  package struct Foreign: Sendable {
    /// The tree, with the last value of each repeated key.
    package let outcome: Outcome<Node>
    /// The custom tags, by the places of their values.
    package let tags: [SourcePosition: String]
    /// The errors of repeated keys, despite which there is a tree.
    package let repeated: [Diagnostic]
  }

  /// Composes the tree of the only document of another tool's file.
  ///
  /// A repeated key is an error, but the tree has its last value, so that all problems of the file are found.
  ///
  /// - Parameters:
  ///   - nodeLimit: The maximum number of values after aliases are expanded.
  ///   - tags: Custom tags that the file's reader knows; their values are composed as if they had none.
  package static func composeForeign(
    _ source: SourceFile, nodeLimit: Int = Limits.nodes, ignoring tags: Set<String> = []
  ) -> Foreign {
    let repeated = DiagnosticCollector(source)
    let (outcome, tags) = composeTagged(
      source, byteLimit: Limits.bytes, nodeLimit: nodeLimit, ignoring: tags, repeated: repeated)
    return Foreign(outcome: outcome, tags: tags, repeated: repeated.diagnostics)
  }
}
