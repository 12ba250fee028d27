import Diagnostics
import Schema

/// The transport `docker://` before an image, which Podman assumes without it (podman-run(1), "IMAGE").
struct ForeignImage {
  private static let transport = "docker://"

  /// The image without its transport.
  let plain: Located<String>
  /// Whether the file writes the transport.
  let hasTransport: Bool

  init(_ written: Located<String>) {
    hasTransport = written.value.hasPrefix(Self.transport)
    plain =
      hasTransport
      ? Located(String(written.value.dropFirst(Self.transport.utf8.count)), written.range)
      : written
  }

  /// Returns what is wrong with the transport for a program that has none.
  static func problem(for program: String) -> String {
    "\(program) has no '\(transport)', and does not start the container"
  }

  /// Help for such a program.
  var help: String { "write '\(plain.value.abbreviatedName)'" }
}
