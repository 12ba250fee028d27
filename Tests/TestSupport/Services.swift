package import Foundation

/// The services that the real quadlet generator would create, read from its output.
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

  /// Returns the services that Podman's generator creates from a folder of quadlet files, and its
  /// output.
  ///
  /// - Parameters:
  ///   - generator: The generator, from ``Program/tool(_:)``.
  ///   - isOfSystem: Whether the units are the system's, and not a user's.
  /// - Throws: ``Complaint`` if it reports a problem with a file.
  package static func made(
    of folder: URL, by generator: URL, isOfSystem: Bool = false
  ) throws -> (services: Services, text: String) {
    let result = try Program.run(
      generator, ["-dryrun"] + (isOfSystem ? [] : ["-user"]),
      environment: ["QUADLET_UNIT_DIRS": folder.path])
    let complaints = result.errors.split(separator: "\n").filter {
      !$0.contains("Loading source unit")
    }
    guard result.status == 0, complaints.isEmpty else {
      throw Complaint(description: "status \(result.status): \(complaints.joined(separator: "\n"))")
    }
    return (Services(result.output), result.output)
  }

  /// A problem that the generator reports.
  package struct Complaint: Error, CustomStringConvertible {
    package let description: String
  }

  /// Returns the arguments of a service as systemd would pass them, or nil if there is no such
  /// service.
  package func words(of service: String) -> [String]? {
    lines[service + ".service"].map(Self.split)
  }

  /// Splits a command line by systemd's rules: quotes, C escapes, doubled `%` and `$`.
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
  /// Returns whether a command line has an option with a value, as one argument or as two.
  package func contains(pair option: String, _ value: String) -> Bool {
    zip(self, dropFirst()).contains { $0 == option && $1 == value }
      || contains("\(option)=\(value)")
  }
}
