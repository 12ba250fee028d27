package import Deployments
import Models

/// A GGUF file on this machine that is one of several parts.
package struct SplitFile {
  /// The number of this part, starting at 1.
  let number: Int
  /// The paths of all parts, in order.
  package let parts: [HostPath]

  /// Finds all parts from the path of one; nil if the path does not name a part.
  package init?(_ path: HostPath) {
    guard let name = SplitName(path.text) else { return nil }
    number = name.number
    parts = name.parts.compactMap { HostPath($0) }
    guard parts.count == name.parts.count else { return nil }
  }
}
