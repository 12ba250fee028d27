/// How one server runs on several nodes of a cluster.
package struct Span: Sendable, Equatable {
  /// An argument that the server gets on each node.
  package enum Word: Sendable, Equatable {
    case text(Argument)
    /// The number of the node, from 0.
    case rank
    /// The address of the first node, followed by a port if there is one.
    case leader(port: Port?)
  }

  /// The number of nodes, at least 2.
  package let nodes: Int
  /// The arguments on every node, after the server's own.
  package let shared: [Word]
  /// The arguments on every node but the first.
  package let ofWorkers: [Word]

  package init(nodes: Int, shared: [Word], ofWorkers: [Word] = []) {
    self.nodes = nodes
    self.shared = shared
    self.ofWorkers = ofWorkers
  }
}
