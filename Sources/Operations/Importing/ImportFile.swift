package import Deployments
package import Diagnostics
package import Host
package import Imports
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
      (environment, folder, unit) = (nil, nil, nil)
      return
    }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    folder = Files.canonical(parent)
    // The values of `.env` reach only what the file makes of them.
    let beside = try? Files.read(parent + "/.env", limit: 1 << 16)
    environment = beside.map { String(decoding: $0, as: UTF8.self) }
    unit = found == .quadlet ? Self.unit(of: source, at: path) : nil
  }

  /// Takes a file's content from the caller, such as an editor.
  package init(typed path: String, content: [UInt8]) {
    self.path = path
    source = SourceFile(path: path, bytes: content)
    kind = Import.kind(of: source) ?? .command
    (environment, folder, unit) = (nil, nil, nil)
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

  /// The name by which profiles and companions name their origin.
  var name: String {
    path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Returns what the file has.
  ///
  /// - Parameters:
  ///   - taken: The names that instances, companions or profiles have already.
  ///   - ports: The ports that instances and companions have already.
  ///   - workloads: The instances of the workspace that companions can use.
  ///   - forCluster: Whether the workspace is for clusters.
  package func read(
    besides taken: Set<String> = [], ports: Set<Int> = [], using workloads: [Workload] = [],
    forCluster: Bool = false
  ) -> Import {
    func read(_ configurations: [String: SourceFile]) -> Import {
      Import.read(
        source, as: kind, environment: environment, in: folder, from: name, besides: taken,
        ports: ports, using: workloads, forCluster: forCluster, configurations: configurations,
        unit: unit, evaluated: evaluated)
    }
    let first = read([:])
    let files = configurations(first.wanted)
    return files.isEmpty ? first : read(files)
  }

  /// Reads the files that companions name, by their paths.
  private func configurations(_ paths: [String]) -> [String: SourceFile] {
    var files: [String: SourceFile] = [:]
    let limit = 1 << 18
    for path in paths.prefix(20) where path.hasPrefix("/") {
      guard [".yaml", ".yml", ".service"].contains(where: path.hasSuffix),
        let bytes = try? Files.read(path, limit: limit + 1), bytes.count <= limit
      else { continue }
      files[path] = SourceFile(path: path, bytes: bytes)
    }
    return files
  }
}
