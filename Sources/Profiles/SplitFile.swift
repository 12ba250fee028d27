package import Deployments
import Models

/// A GGUF file of this machine that is one of several parts.
package struct SplitFile {
  /// Which part it is, from 1 on.
  let number: Int
  /// The paths of all parts, in order.
  package let parts: [HostPath]

  /// Nil for a path that does not name a part.
  package init?(_ path: HostPath) {
    guard let name = SplitName(path.text) else { return nil }
    number = name.number
    parts = name.parts.compactMap { HostPath($0) }
    guard parts.count == name.parts.count else { return nil }
  }
}
