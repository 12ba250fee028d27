import Schema
import Workspaces

extension KnownCompanion {
  /// Returns the kind of a container, by its image or by what amm wrote; nil if it has none.
  init?(of server: ForeignServer) {
    let image = server.image.map { Recognition.untagged($0.value).lowercased() } ?? ""
    let last = image.split(separator: "/").last.map(String.init) ?? image
    let found =
      server.ownKind.flatMap(KnownCompanion.named)
      ?? KnownCompanion.all.first { $0.foreign.images.contains(last) }
    guard let found else { return nil }
    self = found
  }

  /// Whether the author names the image, the program and the port.
  var isCustom: Bool { containerPort == nil && foreign.images.isEmpty }
}
