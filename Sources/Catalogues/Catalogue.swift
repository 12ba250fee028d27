import CCatalogues
package import Schema
import Synchronization

/// The options of one release of a launcher, as its own argument parser has them.
///
/// Tests/Oracle/catalogue makes them. They are bytes of the program; what is decoded of them is what
/// somebody asks for, found by a hash table of names that is made when the first one is asked for.
package final class Catalogue: Sendable {
  /// Which release it is of.
  package let release: Release
  private let table: Table
  /// Variables that stand for no option, by their names; nil until one is asked for.
  private let known = Mutex<[String: CatalogueVariable]?>(nil)

  private init(release: Release, _ table: Table) {
    self.release = release
    self.table = table
  }

  /// The option of a name, an alias or an off form, as the launcher spells it.
  package subscript(name: String) -> CatalogueOption? {
    guard name.utf8.first == UInt8(ascii: "-") else { return nil }
    return table[name].flatMap { table.isRemoved($0) ? nil : CatalogueOption(table.line($0)) }
  }

  /// Whether there is an option of a name, an alias or an off form.
  package func has(_ name: String) -> Bool {
    table[name].map { !table.isRemoved($0) } ?? false
  }

  /// What is the same for all that an option is known by, its variable included; nil for what is no
  /// option's.
  package func place(of name: String) -> Int? { table[name] }

  /// The option that a variable stands for.
  package func option(variable: String) -> CatalogueOption? {
    guard variable.utf8.first != UInt8(ascii: "-"), let line = table[variable] else { return nil }
    return CatalogueOption(table.line(line))
  }

  /// A variable that stands for no option.
  package func variable(named name: String) -> CatalogueVariable? {
    known.withLock { known in
      if known == nil {
        known = Dictionary(variables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      }
      return known?[name]
    }
  }

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

  /// All of them, in the launcher's order.
  package var options: [CatalogueOption] {
    table.lines.filter { $0.mark == UInt8(ascii: "-") && $0.text(2) != Table.removed }
      .map(CatalogueOption.init)
  }

  /// Variables of its process that stand for no option.
  package var variables: [CatalogueVariable] {
    table.variableLines.map(CatalogueVariable.init)
  }

  /// Those that are gone, and of which the launcher says what came instead.
  package var removed: [RemovedOption] {
    table.lines.filter { $0.text(2) == Table.removed }.map(RemovedOption.init)
  }

  /// Every name there is.
  package var names: [String] { options.flatMap { $0.names + $0.off } }
}

extension Catalogue {
  /// The releases of a launcher that have a catalogue, the oldest first.
  package static func releases(of launcher: String) -> [Release] {
    entries.filter { $0.launcher == launcher }.map(\.release)
  }

  /// That of a release; nil where there is none of just that one.
  package static func of(_ launcher: String, _ release: Release) -> Catalogue? {
    guard
      let entry = entries.first(where: {
        !($0.release < release) && !(release < $0.release) && $0.launcher == launcher
      })
    else { return nil }
    return read.withLock { read in
      if let catalogue = read[entry.index] { return catalogue }
      guard let found = unsafe amm_catalogue_at(entry.index)?.pointee else { return nil }
      let table = unsafe Table(UnsafeBufferPointer(start: found.bytes, count: found.length))
      let catalogue = Catalogue(release: entry.release, table)
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
  private static let read = Mutex<[Catalogue?]>(
    Array(repeating: nil, count: Int(amm_catalogue_count())))

  private static let entries: [Entry] = (0..<amm_catalogue_count()).compactMap { index in
    guard let found = unsafe amm_catalogue_at(index)?.pointee,
      let release = unsafe Release(tag: String(cString: found.release))
    else { return nil }
    return unsafe Entry(
      launcher: String(cString: found.launcher), release: release, index: Int(index))
  }
}
