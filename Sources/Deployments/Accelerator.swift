import Text

/// A graphics processor that a container may use.
package enum Accelerator: Sendable, Hashable {
  /// Processors of NVIDIA.
  case nvidia(Selection)
  /// All processors of AMD.
  case amd

  /// Which processors of a machine.
  package enum Selection: Sendable, Hashable {
    case all
    /// One by its index, its UUID or the name of a part of it: 1 to 64 ASCII letters, digits and
    /// `_-:.`.
    case one(String)

    /// - Returns: Nil for a text that names no processor.
    package init?(_ name: String) {
      guard (1...64).contains(name.utf8.count),
        name.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x3A || $0 == 0x2E })
      else { return nil }
      self = name == "all" ? .all : .one(name)
    }

    /// `all`, or the name of the one.
    package var text: String {
      switch self {
      case .all: "all"
      case .one(let name): name
      }
    }
  }
}
