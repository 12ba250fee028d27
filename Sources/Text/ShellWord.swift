extension String {
  /// The text as a single word for a POSIX shell.
  package var shellWord: String {
    let isPlain =
      !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case _ where byte.isASCIIAlphanumeric: true
        default: "_-./:@%+=,".utf8.contains(byte)
        }
      }
    return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
