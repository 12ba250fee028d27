/// The list of amm's own files in a folder that it writes.
///
/// One path per line, with an optional note after a tab. A line that begins with `/` is a property
/// of the folder: its name, and its value after a tab. The list may come from anyone, so only paths
/// inside its folder are accepted.
package struct Manifest: Sendable {
  /// The file name of the list.
  package static let name = ".amm-manifest"

  /// A file that amm wrote.
  package struct Entry: Sendable {
    /// The path below the folder.
    package let path: String
    /// The note on the file, if any.
    package let note: String?
  }

  /// A property of the entire folder.
  package enum Property: String, Sendable, CaseIterable {
    /// The workspace whose units are installed in the folder: an absolute path.
    case workspace
    /// The formats that the folder contains, separated by commas; all formats if absent.
    case targets
  }

  /// The files, in order of their names.
  package let entries: [Entry]
  private let properties: [Property: String]

  /// The maximum size of a list in bytes.
  ///
  /// A list of a hundred thousand files is smaller.
  private static let limit = 16 << 20

  /// Reads the list of a folder; empty if there is no list or no folder.
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

  /// The value of a property; nil if it is not set.
  package subscript(property: Property) -> String? { properties[property] }

  /// The paths that amm wrote, including the list itself.
  var own: Set<String> { Set(entries.map(\.path) + [Self.name]) }

  /// Returns the list for a set of files.
  ///
  /// - Parameter properties: The properties of the folder; values without line feeds.
  static func text(
    of files: [(path: String, text: String)], _ properties: [Property: String],
    noting note: (Int) -> String?
  ) -> String {
    let said = properties.map { "/\($0.rawValue)\t\($1)\n" }
    let listed = files.indices.map { index in
      files[index].path + (note(index).map { "\t" + $0 } ?? "") + "\n"
    }
    return (said + listed).sorted().joined()
  }
}
