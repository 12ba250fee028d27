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
  /// The files in its folder that it names, or that its tool reads with it.
  package let nearby: NearbyFiles
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
    let file = SourceFile(path: path == "-" ? "standard input" : path, bytes: bytes)
    source = file
    guard let found = kind ?? Import.kind(of: file) else { return nil }
    self.kind = found
    guard path != "-" else {
      (nearby, folder, unit, problems) = (NearbyFiles(), nil, nil, [])
      return
    }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let place = Files.canonical(parent)
    folder = place
    var problems: [Diagnostic] = []
    nearby = place.map { Self.nearby(of: file, as: found, in: $0, &problems) } ?? NearbyFiles()
    unit = found == .quadlet ? Self.unit(of: source, at: path, &problems) : nil
    self.problems = problems
  }

  /// Reads a small file that belongs to another one; nil if there is none.
  ///
  /// - Parameters:
  ///   - limit: The most bytes.
  ///   - problems: Gets the reason if it cannot be read.
  static func companion(
    _ path: String, shown: String? = nil, limit: Int = 1 << 16, _ problems: inout [Diagnostic]
  ) -> SourceFile? {
    let shown = shown ?? path
    do throws(HostError) {
      guard let bytes = try Files.read(path, limit: limit + 1) else { return nil }
      if bytes.count <= limit { return SourceFile(path: shown, bytes: bytes) }
      problems.append(ImportRules.unreadable(shown, "it is larger than \(limit >> 10) KiB"))
    } catch {
      problems.append(ImportRules.unreadable(shown, error.reason))
    }
    return nil
  }

  /// Takes a file's content from the caller, such as an editor.
  package init(typed path: String, content: [UInt8]) {
    self.path = path
    source = SourceFile(path: path, bytes: content)
    kind = Import.kind(of: source) ?? .command
    (nearby, folder, unit, problems) = (NearbyFiles(), nil, nil, [])
  }

  /// Whether a file's name is that of another tool's file.
  package static func isForeign(_ name: String) -> Bool {
    let isYAML = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    let stem = name.prefix { $0 != "." }
    let isModelfile = stem == "Modelfile" || name.hasSuffix(".modelfile")
    let endings = [".container", ".service", ".sh", ".nix"]
    return endings.contains(where: name.hasSuffix) || isModelfile
      || isYAML
        && (stem == "compose" || stem.hasPrefix("docker-compose")
          || stem.hasPrefix("podman-compose"))
  }

  /// Whether the content of a file is that of another tool's file: of a YAML file, keys that a profile never
  /// has, and of any other file, what an import recognises.
  ///
  /// A file that cannot be read is reported by its check.
  ///
  /// - Parameter content: The content; nil to read the file.
  static func looksForeign(_ path: String, _ content: [UInt8]? = nil) -> Bool {
    guard let bytes = content ?? (try? Files.read(path, limit: Composer.Limits.bytes)) else {
      return false
    }
    let source = SourceFile(path: path, bytes: bytes)
    guard !path.hasSuffix(".yaml"), !path.hasSuffix(".yml") else {
      return Import.hasForeignKeys(source)
    }
    if bytes.starts(with: "#!".utf8) { return true }
    return !Import.hasProfileKeys(source) && Import.kind(of: source) != nil
  }

  /// The name by which profiles and companions name their origin.
  var name: String {
    path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Returns what the file has.
  ///
  /// - Parameter taken: What the workspace has already.
  package func read(besides taken: TakenPlaces = TakenPlaces()) -> Import {
    func read(_ configurations: [String: SourceFile]) -> Import {
      Import.read(
        source, as: kind, with: nearby, in: folder, from: name, besides: taken,
        configurations: configurations, unit: unit, evaluated: evaluated)
    }
    let first = read([:])
    var problems = problems
    let files = configurations(first.wanted, &problems)
    return (files.isEmpty ? first : read(files)).telling(problems)
  }

  /// Reads the files that companions name, by their paths.
  ///
  /// Only files within the folder are read, also through links.
  ///
  /// - Parameter problems: Gets the reasons for those that cannot be read.
  private func configurations(
    _ paths: [String], _ problems: inout [Diagnostic]
  ) -> [String: SourceFile] {
    guard let folder else { return [:] }
    var files: [String: SourceFile] = [:]
    for path in paths.prefix(20)
    where [".yaml", ".yml", ".service"].contains(where: path.hasSuffix) {
      guard let real = Files.canonical(path), real.hasPrefix(folder == "/" ? folder : folder + "/")
      else { continue }
      files[path] = Self.companion(real, shown: path, limit: 1 << 18, &problems)
    }
    return files
  }
}
