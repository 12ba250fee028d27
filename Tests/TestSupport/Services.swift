package import Foundation

/// What the real quadlet generator prints: the services it would make.
package struct Services {
  private var lines: [String: String] = [:]

  package init(_ output: String) {
    var name = ""
    for line in output.split(separator: "\n") {
      if line.hasPrefix("---"), line.hasSuffix("---") {
        name = String(line.dropFirst(3).dropLast(3))
      } else if line.hasPrefix("ExecStart=") {
        lines[name] = String(line.dropFirst("ExecStart=".count))
      }
    }
  }

  /// The services that Podman's own generator makes of a folder of quadlet files, with all that it prints.
  ///
  /// - Parameter generator: Of ``Program/tool(_:)``.
  /// - Throws: ``Complaint`` where it says anything against one of them.
  package static func made(
    of folder: URL, by generator: URL
  ) throws -> (services: Services, text: String) {
    let result = try Program.run(
      generator, ["-dryrun", "-user"], environment: ["QUADLET_UNIT_DIRS": folder.path])
    let complaints = result.errors.split(separator: "\n").filter {
      !$0.contains("Loading source unit")
    }
    guard result.status == 0, complaints.isEmpty else {
      throw Complaint(description: "status \(result.status): \(complaints.joined(separator: "\n"))")
    }
    return (Services(result.output), result.output)
  }

  /// What the generator says against a file.
  package struct Complaint: Error, CustomStringConvertible {
    package let description: String
  }

  /// The words of a service's command line as systemd would pass them; nil without the service.
  package func words(of service: String) -> [String]? {
    lines[service + ".service"].map(Self.split)
  }

  /// systemd's rules for command lines: quotes, C escapes, doubled `%` and `$`.
  private static func split(_ line: String) -> [String] {
    var words: [String] = []
    var current: String?
    var quote: Character?
    var rest = Substring(line)
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        switch rest.popFirst() {
        case "n": current = (current ?? "") + "\n"
        case "t": current = (current ?? "") + "\t"
        case "s": current = (current ?? "") + " "
        case "x":
          let code = UInt32(rest.prefix(2), radix: 16).flatMap(Unicode.Scalar.init)
          rest = rest.dropFirst(2)
          current = (current ?? "") + (code.map { String(Character($0)) } ?? "")
        case let other?: current = (current ?? "") + String(other)
        case nil: break
        }
      case "\"", "'":
        if quote == character {
          quote = nil
        } else if quote == nil {
          quote = character
          current = current ?? ""
        } else {
          current = (current ?? "") + String(character)
        }
      case " " where quote == nil:
        if let word = current { words.append(word) }
        current = nil
      case "%" where rest.first == "%", "$" where rest.first == "$":
        rest.removeFirst()
        current = (current ?? "") + String(character)
      default: current = (current ?? "") + String(character)
      }
    }
    if let word = current { words.append(word) }
    return words
  }
}

extension [String] {
  /// Whether a command line holds an option with a value, in one word or in two.
  package func contains(pair option: String, _ value: String) -> Bool {
    zip(self, dropFirst()).contains { $0 == option && $1 == value }
      || contains("\(option)=\(value)")
  }
}
