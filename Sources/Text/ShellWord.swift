extension String {
  /// The text as a single word for a POSIX shell.
  ///
  /// It compares bytes, as shells do: a quote before a combining accent is still a quote.
  package var shellWord: String {
    let isPlain =
      !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case _ where byte.isASCIIAlphanumeric: true
        default: "_-./:@%+=,".utf8.contains(byte)
        }
      }
    guard !isPlain else { return self }
    var out: [UInt8] = [0x27]
    for byte in utf8 {
      if byte == 0x27 { out += Array("'\\''".utf8) } else { out.append(byte) }
    }
    return String(decoding: out + [0x27], as: UTF8.self)
  }
}
