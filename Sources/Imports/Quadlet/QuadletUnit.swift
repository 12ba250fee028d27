package import Diagnostics
import Schema

/// A quadlet file with the files that belong to it.
package struct QuadletUnit: Sendable {
  /// The `.container` file.
  package let file: SourceFile
  /// Its drop-ins (`NAME.container.d/*.conf`), in the order in which they apply.
  package let dropIns: [SourceFile]
  /// The other quadlet files of its folder that it may name, such as `hf.volume`; nil if the folder is not
  /// known.
  package let others: [String: SourceFile]?
  /// The names of the volumes and networks of its folder, as files; empty if the folder is not known.
  package var neighbours: Set<String> = []
  /// The names of the other servers of its exclusive group, of files that amm generated.
  package var rivals: [String] = []
  /// The file that findings are about: the unit's own, or that of another tool.
  let source: SourceFile
  /// The places in the file of another tool; nil if the unit is a file itself.
  let places: QuadletPlaces?
  /// The values of the other files, by name, and by section and key.
  private let values: [String: [String: String]]?

  /// Combines a file with those that belong to it.
  package init(
    _ file: SourceFile, dropIns: [SourceFile] = [], others: [String: SourceFile]? = nil
  ) {
    self.init(file, dropIns: dropIns, others: others, of: file, placed: nil)
  }

  /// Combines the text of a unit that was made from another file with those that belong to it.
  init(
    _ file: SourceFile, dropIns: [SourceFile] = [], others: [String: SourceFile]?,
    of source: SourceFile, placed places: QuadletPlaces?
  ) {
    self.file = file
    self.dropIns = dropIns
    self.others = others
    self.source = source
    self.places = places
    values = others?.mapValues { file in
      var values: [String: String] = [:]
      for line in QuadletFile(file).lines {
        values[line.section + "." + line.key.value] = line.value.unquoted.text
      }
      return values
    }
  }

  /// The file and its drop-ins, with lines of different numbers.
  var numbered: NumberedFiles { NumberedFiles([file] + dropIns) }

  /// Returns the names of the quadlet files that a file and its drop-ins name, such as `hf.volume`.
  package static func references(in files: [SourceFile]) -> [String] {
    var names: [String] = []
    let name = files.first?.path.split(separator: "/").last ?? ""
    if name.hasSuffix(".container") {
      // The units next to a server that starts on demand.
      names = [".socket", ".service"].map { name.dropLast(10) + "-proxy" + $0 }
    }
    var seen: Set<String> = []
    for line in files.flatMap({ QuadletFile($0).lines }) where line.section == "Container" {
      let words = line.value.text.split { " \t:,\"'".contains($0) }
      for word in words {
        let name = String(word.split(separator: "=").last ?? "")
        guard [".volume", ".image", ".pod"].contains(where: name.hasSuffix), !name.contains("/"),
          !name.hasPrefix("."), seen.insert(name).inserted
        else { continue }
        names.append(name)
      }
    }
    return names
  }

  /// Returns the names of the servers that a unit excludes: those that it names, and those that name it.
  ///
  /// - Parameters:
  ///   - name: The name of the unit's server.
  ///   - conflicts: The servers that each server names under `Conflicts=`, by the server's name.
  package static func rivals(of name: String, among conflicts: [String: [String]]) -> [String] {
    let naming = conflicts.filter { $0.value.contains(name) }.map(\.key)
    return Set((conflicts[name] ?? []) + naming).sorted()
  }

  /// Whether amm generated a file for a server.
  package static func isGenerated(_ file: SourceFile) -> Bool {
    OwnTraces.wroteInstance(file)
  }

  /// Returns the servers that a `.container` file names under `Conflicts=`.
  package static func conflicts(of file: SourceFile) -> [String] {
    QuadletFile(file).lines.filter { $0.section == "Unit" && $0.key.value == "Conflicts" }
      .flatMap { $0.value.text.split(whereSeparator: \.isWhitespace) }
      .map { server(of: String($0)) }
  }

  /// Returns the name of the server that a service runs, whose name may have a prefix.
  static func server(of service: String, prefix: String = "") -> String {
    let name = service.hasSuffix(".service") ? service.dropLast(8) : service[...]
    return String(name.hasPrefix(prefix) ? name.dropFirst(prefix.count) : name)
  }

  /// Returns the value of a key in another file of the folder; nil if it has none.
  func value(of key: String, in section: String, of name: String) -> String? {
    guard let value = values?[name]?[section + "." + key], !value.isEmpty else { return nil }
    return value
  }
}
