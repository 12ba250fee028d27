import Host

extension Export {
  /// Writes the text to a path that the user typed; replaces a file atomically.
  ///
  /// - Throws: If the folder above it cannot be created.
  package func write(to path: String, on machine: Machine) throws {
    guard let place = try OutputPlace.typed(path, makingParents: true) else {
      throw HostError("write", path, reason: "its parent folder is missing")
    }
    try place.write(text, .made(in: place.parent, on: machine))
  }
}
