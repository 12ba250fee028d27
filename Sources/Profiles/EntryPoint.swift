package import Deployments
package import Schema
import Text
import Values
import YAML

extension ValueType where Value == PlainText {
  /// A program in the image, or a JSON list of a program and its first arguments, as for
  /// `--entrypoint` of Podman and Docker.
  package static let entrypoint = parsed(
    "a program",
    pattern:
      #"^([^\s\[\u0000-\u001F\u007F-\u009F"\\;][^\s\u0000-\u001F\u007F-\u009F"\\]*|\[.+\])$"#,
    plain: { .text($0.text) }
  ) {
    (text) throws(Refusal) in
    if text.hasPrefix("[") {
      let words = JSONValue(parsing: Array(text.utf8))?.list ?? []
      guard !words.isEmpty, words.allSatisfy({ $0.text?.isEmpty == false }) else {
        throw Refusal(
          "must be a program or a JSON list of words, found '\(text.abbreviated)'",
          help: "write '[\"/bin/sh\", \"-c\"]' in single quotes")
      }
    } else if text.utf8.contains(where: { $0 == 0x20 || $0 == 0x22 || $0 == 0x5C }) {
      let words = text.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
      throw Refusal(
        "must be one program, found '\(text.abbreviated)'",
        help: text.contains("\"") || text.contains("\\")
          ? "write only the program here, and its arguments under 'arguments' of the profile"
          : "write '[\(words)]' in single quotes, or use 'arguments' of the profile")
    }
    guard let plain = PlainText(text) else {
      throw Refusal(PlainText.problem(with: text) ?? "cannot be written to a unit file")
    }
    return plain
  }
}
