import CCatalogues
package import Diagnostics
package import Schema
import Synchronization

/// The options of one version of a launcher, from its own argument parser.
///
/// Tests/Oracle/catalogue creates the data, which is embedded in the program. Options are decoded
/// on demand, with a hash table of names that is built on first use.
package final class Catalogue: Sendable {
  /// The version of the launcher.
  package let release: Release
  private let table: Table
  /// The environment variables without an option, by name; nil until first used.
  private let known = Mutex<[String: CatalogueVariable]?>(nil)
  /// All names and off forms; nil until first used.
  private let allNames = Mutex<Names?>(nil)

  private struct Names {
    let all: [String]
    let sorted: [String]
    let vocabulary: Vocabulary
  }

  private init(release: Release, _ table: Table) {
    self.release = release
    self.table = table
  }

  /// Returns the option with a name, alias or off form, as the launcher spells it.
  package subscript(name: String) -> CatalogueOption? {
    guard name.utf8.first == UInt8(ascii: "-") else { return nil }
    return table[name].flatMap { table.isRemoved($0) ? nil : CatalogueOption(table.line($0)) }
  }

  /// Checks whether an option has a name, alias or off form.
  package func has(_ name: String) -> Bool {
    table[name].map { !table.isRemoved($0) } ?? false
  }

  /// Returns a number that is the same for all names and the variable of an option; nil if no
  /// option has the name.
  package func place(of name: String) -> Int? { table[name] }

  /// Returns the option that an environment variable sets.
  package func option(variable: String) -> CatalogueOption? {
    guard variable.utf8.first != UInt8(ascii: "-"), let line = table[variable] else { return nil }
    return CatalogueOption(table.line(line))
  }

  /// Returns the option with a negative form that a variable turns off: `LLAMA_ARG_NO_MMAP`
  /// (llama.cpp b11434, common/arg.cpp, `get_value_from_env`); nil if it turns off none.
  package func option(turnedOffBy name: String) -> CatalogueOption? {
    guard let negation = name.firstRange(of: "_NO_") else { return nil }
    let positive = name[..<negation.lowerBound] + "_" + name[negation.upperBound...]
    return option(variable: String(positive)).flatMap { $0.off.isEmpty ? nil : $0 }
  }

  /// Returns an environment variable that does not set an option.
  package func variable(named name: String) -> CatalogueVariable? {
    known.withLock { known in
      if known == nil {
        known = Dictionary(variables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      }
      return known?[name]
    }
  }

  /// Returns the option for a key of a profile: `--max-num-seqs` for `max_num_seqs`, `-ngl` for
  /// `ngl`.
  ///
  /// - Parameter shortened: Whether the first words of a name are sufficient if they are unique, as
  ///   in Python's argparse: `tp` is `--tp-size`.
  /// - Returns: The option and the matching name, which can be an off form.
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

  /// All options in the launcher's order.
  package var options: [CatalogueOption] {
    table.lines.filter { $0.mark == UInt8(ascii: "-") && $0.text(2) != Table.removed }
      .map(CatalogueOption.init)
  }

  /// The environment variables that do not set an option.
  package var variables: [CatalogueVariable] {
    table.variableLines.map(CatalogueVariable.init)
  }

  /// Returns the removed option with a name for which the launcher names replacements; nil if there is none.
  package func removed(_ name: String) -> RemovedOption? {
    table[name].flatMap { table.isRemoved($0) ? RemovedOption(table.line($0)) : nil }
  }

  /// All names and off forms.
  package var names: [String] { prepared.all }

  /// All names and off forms, to find what a mistyped one means.
  package var vocabulary: Vocabulary { prepared.vocabulary }

  /// Returns the only name or off form that begins with a text; nil if none or several do.
  package func name(beginningWith start: String) -> String? {
    let sorted = prepared.sorted
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < start { low = middle + 1 } else { high = middle }
    }
    let found = sorted[low...].prefix(2).filter { $0.hasPrefix(start) }
    return found.count == 1 ? found.first : nil
  }

  private var prepared: Names {
    allNames.withLock { prepared in
      if let prepared { return prepared }
      let names = options.flatMap { $0.names + $0.off }
      let found = Names(all: names, sorted: names.sorted(), vocabulary: Vocabulary(names))
      prepared = found
      return found
    }
  }
}

extension Catalogue {
  /// Returns the versions of a launcher that have a catalogue, oldest first.
  package static func releases(of launcher: String) -> [Release] {
    releases[launcher] ?? []
  }

  private static let releases = Dictionary(grouping: entries, by: \.launcher)
    .mapValues { $0.map(\.release) }

  /// Returns the catalogue of a version; nil if that exact version has none.
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

  /// A cache of the catalogues that were used, by index.
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
