package import Diagnostics

extension Composer {
  /// Limits that keep a hostile file from wasting time or memory.
  package enum Limits {
    /// The size of the largest file that is read, in bytes.
    package static let bytes = 1 << 20
    /// The maximum nesting depth of collections.
    package static let depth = 64
    /// The maximum number of values; an alias counts as all values of its anchor.
    package static let nodes = 50_000
  }

  /// The limits of `instances.yaml`, which may have 10,000 instances with ten settings each.
  package enum InstanceLimits {
    /// The size of the largest file that is read, in bytes.
    package static let bytes = 4 << 20
    /// The maximum number of values; an alias counts as all values of its anchor.
    package static let nodes = 300_000
  }

  /// Composes the tree of `instances.yaml`.
  package static func compose(instances source: SourceFile) -> Outcome<Node> {
    compose(source, byteLimit: InstanceLimits.bytes, nodeLimit: InstanceLimits.nodes)
  }
}
