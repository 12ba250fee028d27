import Text

/// Comments after values of units, where systemd and Podman's generator know none.
enum UnitComment {
  /// Keys with a text, or with words of a command, in which '#' may have a meaning.
  private static let free: Set = [
    "Annotation", "Description", "Documentation", "Entrypoint", "Environment", "GlobalArgs",
    "Label", "LogOpt", "PodmanArgs", "ReloadCmd", "Secret",
  ]

  /// Whether a value ends with what looks like a comment.
  static func follows(_ value: [UInt8], of key: String) -> Bool {
    guard !free.contains(key), !key.hasPrefix("Exec"), !key.hasPrefix("Health") else {
      return false
    }
    return zip(value, value.dropFirst()).contains { $0.isASCIIBlank && $1 == 0x23 }
  }

  static let message = "a comment after a value is part of the value"
  static let help = "write the comment on a line of its own"
}
