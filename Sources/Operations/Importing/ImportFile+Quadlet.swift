import Diagnostics
import Host
import Imports

extension ImportFile {
  /// The largest number of drop-ins, and of other quadlet files, that are read.
  private static let limit = 100

  /// Returns a quadlet file with its drop-ins and the files of its folder that it names.
  ///
  /// - Parameter problems: Gets the reasons for those that cannot be read.
  static func unit(
    of source: SourceFile, at path: String, _ problems: inout [Diagnostic]
  ) -> QuadletUnit {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let dropIns = dropIns(of: String(path.dropFirst(folder.count)), in: folder, &problems)
    var others: [String: SourceFile] = [:]
    for name in QuadletUnit.references(in: [source] + dropIns).prefix(limit) {
      others[name] = companion(folder + name, &problems)
    }
    var unit = QuadletUnit(source, dropIns: dropIns, others: others)
    let names = (try? Files.names(in: folder.isEmpty ? "." : folder)) ?? []
    unit.neighbours = Set(names.filter { $0.hasSuffix(".volume") || $0.hasSuffix(".network") })
    unit.rivals = rivals(of: source, in: folder, path.dropFirst(folder.count))
    return unit
  }

  /// Returns the other servers of the exclusive group of a unit that amm generated.
  private static func rivals(
    of source: SourceFile, in folder: String, _ name: Substring
  ) -> [String] {
    guard QuadletUnit.isGenerated(source) else { return [] }
    // Files of other servers that cannot be read are none of this import.
    var ignored: [Diagnostic] = []
    var conflicts: [String: [String]] = [:]
    for other in (try? Files.names(in: folder.isEmpty ? "." : folder)) ?? []
    where other.hasSuffix(".container") {
      guard let file = other == name ? source : companion(folder + other, &ignored),
        QuadletUnit.isGenerated(file)
      else { continue }
      let servers = QuadletUnit.conflicts(of: file)
      if !servers.isEmpty { conflicts[String(other.dropLast(10))] = servers }
    }
    return QuadletUnit.rivals(of: String(name.dropLast(10)), among: conflicts)
  }

  /// Returns the drop-ins of a file, sorted by name, as Podman's generator applies them.
  ///
  /// For `a-b.container` they are in `a-b.container.d`, `a-.container.d` and `container.d`. Of drop-ins
  /// with the same name, the one in the first of these folders is used.
  private static func dropIns(
    of name: String, in folder: String, _ problems: inout [Diagnostic]
  ) -> [SourceFile] {
    guard name.hasSuffix(".container") else { return [] }
    var stem = name.dropLast(10)
    var folders = [name + ".d"]
    if let at = stem.firstIndex(of: "@"), at != stem.index(before: stem.endIndex) {
      folders.append(stem[...at] + ".container.d")
    }
    while let dash = stem.dropLast().lastIndex(of: "-") {
      stem = stem[...dash]
      folders.append(stem + ".container.d")
    }
    folders.append("container.d")
    var paths: [String: String] = [:]
    for own in folders.prefix(limit) {
      for name in names(in: folder + own, &problems)
      where name.hasSuffix(".conf") && paths[name] == nil {
        paths[name] = folder + own + "/" + name
      }
    }
    return paths.sorted { $0.key < $1.key }.prefix(limit).compactMap {
      companion($0.value, &problems)
    }
  }

  /// Returns the names in a folder; none if there is no such folder.
  private static func names(in path: String, _ problems: inout [Diagnostic]) -> [String] {
    do throws(HostError) {
      guard let kind = try Files.kind(of: path), kind != .file else { return [] }
      return try Files.names(in: path + "/")
    } catch {
      problems.append(ImportRules.unreadable(path, error.reason))
      return []
    }
  }
}
