package import Diagnostics
package import Host
package import Imports
package import Workspaces
import YAML

/// A file of another tool, read for an import or a check.
package struct ImportFile {
  /// The path as it was typed, or `-` for the standard input.
  package let path: String
  /// The file.
  package let source: SourceFile
  /// The kind of the file.
  package let kind: Import.Kind
  /// The values of a Nix file as JSON; nil before ``evaluate()``, and for all other files.
  var evaluated: SourceFile?
  private let environment: String?
  private let folder: String?
  /// A quadlet file with those that belong to it; nil if it is another file or its folder is not known.
  private let unit: QuadletUnit?
  /// The files that belong to it and cannot be read.
  private let problems: [Diagnostic]

  /// Reads a file.
  ///
  /// - Parameter kind: The kind; nil to find it out by the content.
  /// - Returns: Nil if it is no file that amm can import.
  /// - Throws: If it cannot be read.
  package init?(_ path: String, as kind: Import.Kind? = nil) throws(HostError) {
    self.path = path
    let bytes: [UInt8]
    if path == "-" {
      bytes = try Files.readLog(nil, limit: Composer.Limits.bytes + 1)
    } else {
      guard let read = try Files.read(path, limit: Composer.Limits.bytes + 1) else {
        throw HostError("read", path, reason: "there is no such file")
      }
      bytes = read
    }
    source = SourceFile(path: path == "-" ? "standard input" : path, bytes: bytes)
    guard let found = kind ?? Import.kind(of: source) else { return nil }
    self.kind = found
    guard path != "-" else {
      (environment, folder, unit, problems) = (nil, nil, nil, [])
      return
    }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    folder = Files.canonical(parent)
    var problems: [Diagnostic] = []
    // The values of `.env` reach only what the file makes of them.
    let beside = found == .compose ? Self.companion(parent + "/.env", &problems) : nil
    environment = beside.map { String(decoding: $0.bytes, as: UTF8.self) }
    unit = found == .quadlet ? Self.unit(of: source, at: path, &problems) : nil
    self.problems = problems
  }

  /// Reads a small file that belongs to another one; nil if there is none.
  ///
  /// - Parameter problems: Gets the reason if it cannot be read.
  static func companion(_ path: String, _ problems: inout [Diagnostic]) -> SourceFile? {
    let limit = 1 << 16
    do throws(HostError) {
      guard let bytes = try Files.read(path, limit: limit + 1) else { return nil }
      if bytes.count <= limit { return SourceFile(path: path, bytes: bytes) }
      problems.append(ImportRules.unreadable(path, "it is larger than 64 KiB"))
    } catch {
      problems.append(ImportRules.unreadable(path, error.reason))
    }
    return nil
  }

  /// Takes a file's content from the caller, such as an editor.
  package init(typed path: String, content: [UInt8]) {
    self.path = path
    source = SourceFile(path: path, bytes: content)
    kind = Import.kind(of: source) ?? .command
    (environment, folder, unit, problems) = (nil, nil, nil, [])
  }

  /// Whether a file's name is that of another tool's file.
  package static func isForeign(_ name: String) -> Bool {
    let isYAML = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    let stem = name.prefix { $0 != "." }
    let isModelfile = stem == "Modelfile" || name.hasSuffix(".modelfile")
    return name.hasSuffix(".container") || name.hasSuffix(".sh") || name.hasSuffix(".nix")
      || isModelfile
      || isYAML
        && (stem == "compose" || stem.hasPrefix("docker-compose")
          || stem.hasPrefix("podman-compose"))
  }

  /// Whether the keys of a YAML file are those of another tool's file, which a profile never has.
  ///
  /// A file that cannot be read is reported by its check.
  static func looksForeign(_ path: String) -> Bool {
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml"),
      let bytes = try? Files.read(path, limit: Composer.Limits.bytes)
    else { return false }
    return Import.hasForeignKeys(SourceFile(path: path, bytes: bytes))
  }

  /// Returns what the file has.
  ///
  /// - Parameter taken: What the workspace has already.
  package func read(besides taken: TakenPlaces = TakenPlaces()) -> Import {
    let name =
      path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
    return Import.read(
      source, as: kind, environment: environment, in: folder, from: name, besides: taken,
      unit: unit, evaluated: evaluated
    ).telling(problems)
  }
}
