/// ASCII classes of a UTF-8 byte.
extension UInt8 {
  /// `0` to `9`.
  @inlinable package var isASCIIDigit: Bool { 0x30...0x39 ~= self }
  /// `A` to `Z`.
  @inlinable package var isASCIIUppercase: Bool { 0x41...0x5A ~= self }
  /// `a` to `z`.
  @inlinable package var isASCIILowercase: Bool { 0x61...0x7A ~= self }
  /// `a` to `z` and `A` to `Z`.
  @inlinable package var isASCIILetter: Bool { isASCIILowercase || isASCIIUppercase }
  /// An ASCII letter or digit.
  @inlinable package var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }
  /// A letter, a digit or `_`.
  @inlinable package var isASCIIWord: Bool { isASCIIAlphanumeric || self == 0x5F }
  /// Whitespace: a space, or a character that moves to another column or line.
  @inlinable package var isASCIIBlank: Bool { self == 0x20 || 0x09...0x0D ~= self }
  /// A hexadecimal digit with lower-case letters.
  @inlinable package var isLowercaseHexDigit: Bool { isASCIIDigit || 0x61...0x66 ~= self }
  /// A hexadecimal digit.
  @inlinable package var isHexDigit: Bool { isLowercaseHexDigit || 0x41...0x46 ~= self }
}

extension String {
  /// Whether it contains only printable ASCII, in which each byte is a character of one column.
  package var isPrintableASCII: Bool {
    unsafe withBytes { bytes in unsafe bytes.allSatisfy { 0x20...0x7E ~= $0 } }
  }
}

extension StringProtocol {
  /// Whether it is a Git commit or a SHA-1: forty hexadecimal digits with lower-case letters.
  package var isCommit: Bool { utf8.count == 40 && utf8.allSatisfy(\.isLowercaseHexDigit) }
}
