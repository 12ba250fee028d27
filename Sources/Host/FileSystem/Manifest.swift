/// The list of amm's own files in a folder that it writes.
///
/// A path a line, and after a tab what its writer noted. A line that begins with `/` says something of the
/// folder as a whole: a property's name, and its value after a tab. Anybody may have written the list, so
/// it names files inside its folder only.
package struct Manifest: Sendable {
  /// The list's own name.
  package static let name = ".amm-manifest"

  /// A file that amm wrote.
  package struct Entry: Sendable {
    /// Below the folder.
    package let path: String
    /// What the writer noted beside it; nil for nothing.
    package let note: String?
  }

  /// What can be said of the folder as a whole.
  package enum Property: String, Sendable, CaseIterable {
    /// The workspace whose units are installed there: an absolute path.
    case workspace
    /// The formats that the folder holds, separated by commas; without it, it holds all.
    case targets
  }

  /// The files, in order of their names.
  package let entries: [Entry]
  private let properties: [Property: String]

  /// Bytes of a list that are read: one of a hundred thousand files has less.
  private static let limit = 16 << 20

  /// The list of a folder; empty where it has none, or there is no folder.
  package init(of folder: Folder?) throws(HostError) {
    let bytes = try folder?.readWhole(Self.name, limit: Self.limit) ?? []
    var properties: [Property: String] = [:]
    entries = bytes.split(separator: 0x0A).compactMap { line in
      let parts = line.split(separator: 0x09, maxSplits: 1)
      if line.first == 0x2F, parts.count > 1,
        let property = Property(rawValue: String(decoding: parts[0].dropFirst(), as: UTF8.self))
      {
        properties[property] = String(decoding: parts[1], as: UTF8.self)
      }
      // By bytes, as the kernel reads a path.
      guard let path = parts.first, path.first != 0x2F,
        !path.split(separator: 0x2F, omittingEmptySubsequences: false).contains(where: {
          $0.isEmpty || $0.elementsEqual("..".utf8) || $0.elementsEqual(".".utf8)
        })
      else { return nil }
      return Entry(
        path: String(decoding: path, as: UTF8.self),
        note: parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : nil)
    }
    self.properties = properties
  }

  /// What the list says of the folder as a whole; nil where it says nothing.
  package subscript(property: Property) -> String? { properties[property] }

  /// The paths that amm wrote, the list itself among them.
  var own: Set<String> { Set(entries.map(\.path) + [Self.name]) }

  /// The list of files that are to be written.
  ///
  /// - Parameter properties: What is said of the folder as a whole; values without line feeds.
  static func text(
    of files: [(path: String, bytes: [UInt8])], _ properties: [Property: String],
    noting note: (Int) -> String?
  ) -> String {
    let said = properties.map { "/\($0.rawValue)\t\($1)\n" }
    let listed = files.indices.map { index in
      files[index].path + (note(index).map { "\t" + $0 } ?? "") + "\n"
    }
    return (said + listed).sorted().joined()
  }
}
