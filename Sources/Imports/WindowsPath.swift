import Text

/// Paths of Windows, which a server on another machine has.
enum WindowsPath {
  /// Whether bytes begin with a drive and a folder: `C:\` or `C:/`.
  static func begins(_ bytes: some Collection<UInt8>) -> Bool {
    let rest = bytes.dropFirst()
    return bytes.first?.isASCIILetter ?? false
      && (rest.starts(with: [0x3A, 0x5C]) || rest.starts(with: [0x3A, 0x2F]))
  }
}
