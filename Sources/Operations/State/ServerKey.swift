package import Deployments
import Host

/// The key that a server requires from its clients, read from the place that its instance names.
///
/// amm only sends it to the server itself, and never shows it.
extension Machine {
  /// The bytes that are read of a file of variables, which has a few lines.
  private static let limit = 64 << 10

  /// Returns the key of a workload's server; nil if it has none, or it cannot be read.
  package func key(of workload: Workload) -> String? {
    guard let reference = workload.key else { return nil }
    let text: String?
    switch reference.source {
    case .stored(let name, _):
      let format = "{{.SecretData}}"
      let result = capture([
        "podman", "secret", "inspect", "--showsecret", "--format", format, name.text,
      ])
      text = result.flatMap { $0.isSuccess ? $0.output : nil }
    case .environmentFile(let path):
      guard let place = path.absolute(home: try? folders.home) else { return nil }
      text = (try? Files.read(place, limit: Self.limit)).flatMap { bytes in
        let start = reference.variable.text + "="
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
          .last { $0.hasPrefix(start) }
        return line.map { String($0.dropFirst(start.count)) }
      }
    }
    let key = text?.trimmedLine
    // An HTTP header is a single line, without characters that would end it.
    guard let key, !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return nil
    }
    return key
  }
}

extension String {
  /// The text without line breaks at its end.
  fileprivate var trimmedLine: String {
    String(reversed().drop { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }.reversed())
  }
}
