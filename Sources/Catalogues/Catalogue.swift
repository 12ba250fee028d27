import CCatalogues
package import Schema
import Synchronization

/// The options of one release of a launcher, as its own argument parser has them.
///
/// Tests/Oracle/catalogue makes them. They are bytes of the program, and only those that a profile
/// asks for are looked at.
package struct Catalogue: Sendable {
  /// Which release it is of.
  package let release: Release
  /// In the launcher's order.
  package let options: [CatalogueOption]
  /// Variables of its process that stand for no option.
  package let variables: [CatalogueVariable]
  /// Those that are gone, and of which the launcher says what came instead.
  package let removed: [RemovedOption]
  /// Where each name, without its off forms, stands among the options.
  private let places: [String: Int]

  private init(release: Release, text: String) {
    self.release = release
    let lines = text.split(separator: "\n")
    options = lines.compactMap { CatalogueOption(line: $0) }
    variables = lines.compactMap { CatalogueVariable(line: $0) }
    removed = lines.compactMap { RemovedOption(line: $0) }
    var places: [String: Int] = [:]
    for (index, option) in options.enumerated() {
      for name in option.names + option.off { places[name] = index }
    }
    self.places = places
  }

  /// The option of a name, an alias or an off form, as the launcher spells it.
  package subscript(name: String) -> CatalogueOption? { places[name].map { options[$0] } }

  /// The option that a key of a profile names: `max_num_seqs` is `--max-num-seqs`, and `ngl` is `-ngl`.
  ///
  /// - Parameter shortened: Whether the first words of a single option's name stand for it, as for
  ///   Python's argparse: `tp` is `--tp-size`.
  /// - Returns: The option and the name that was meant, perhaps one that switches it off.
  package func option(
    key: String, shortened: Bool = false
  ) -> (option: CatalogueOption, name: String)? {
    let word = String(key.map { $0 == "_" ? "-" : $0 })
    for name in ["--" + word, "-" + word, "--" + key] {
      if let option = self[name] { return (option, name) }
    }
    guard shortened, !word.isEmpty else { return nil }
    let longer = options.filter { $0.names.contains { $0.hasPrefix("--" + word + "-") } }
    return longer.count == 1 ? (longer[0], longer[0].names[0]) : nil
  }

  /// Every name there is.
  package var names: [String] { options.flatMap { $0.names + $0.off } }

  /// The releases of a launcher that have a catalogue, the oldest first.
  package static func releases(of launcher: String) -> [Release] {
    entries.filter { $0.launcher == launcher }.map(\.release)
  }

  /// That of a release; nil where there is none of just that one.
  package static func of(_ launcher: String, _ release: Release) -> Catalogue? {
    guard
      let entry = entries.first(where: {
        $0.launcher == launcher && !($0.release < release) && !(release < $0.release)
      })
    else { return nil }
    return read.withLock { read in
      if let catalogue = read[entry.index] { return catalogue }
      let catalogue = Catalogue(release: entry.release, text: bytes(of: entry.index))
      read[entry.index] = catalogue
      return catalogue
    }
  }

  private struct Entry: Sendable {
    let launcher: String
    let release: Release
    let index: Int
  }

  /// Those that were asked for, each by its place.
  private static let read = Mutex<[Int: Catalogue]>([:])

  private static let entries: [Entry] = (0..<amm_catalogue_count()).compactMap { index in
    guard let found = unsafe amm_catalogue_at(index)?.pointee,
      let release = unsafe Release(tag: String(cString: found.release))
    else { return nil }
    return unsafe Entry(
      launcher: String(cString: found.launcher), release: release, index: Int(index))
  }

  private static func bytes(of index: Int) -> String {
    guard let found = unsafe amm_catalogue_at(index)?.pointee else { return "" }
    return unsafe String(
      decoding: UnsafeBufferPointer(start: found.bytes, count: found.length), as: UTF8.self)
  }
}
