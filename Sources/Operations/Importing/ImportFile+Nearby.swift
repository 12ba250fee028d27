import Diagnostics
import Host
import Imports
import YAML

extension ImportFile {
  /// The largest number of other files that are looked for, and of times that those are read for more.
  private static let limit = (files: 100, rounds: 16)

  /// Returns the files in the folder of a file that belong to it.
  ///
  /// Only regular files within the folder are read, also through links.
  ///
  /// - Parameter problems: Gets the reasons for those that cannot be read.
  static func nearby(
    of source: SourceFile, as kind: Import.Kind, in folder: String,
    _ problems: inout [Diagnostic]
  ) -> NearbyFiles {
    var found = NearbyFiles(hasFolder: true)
    var rest = Composer.Limits.bytes
    let typed = source.path.lastIndex(of: "/").map { String(source.path[...$0]) } ?? ""
    for _ in 0..<limit.rounds {
      let wanted = Import.wanted(by: source, as: kind, besides: found)
      for path in wanted.prefix(max(0, limit.files - found.count)) {
        guard Files.canonical(folder + "/" + path) != nil else {
          found.addMissing(path)
          continue
        }
        let file = file(path, in: folder, shown: typed + path, limit: rest, &problems)
        rest -= file?.bytes.count ?? 0
        found.add(file, at: path)
      }
      guard !wanted.isEmpty, found.count < limit.files else { break }
    }
    return found
  }

  private static func file(
    _ path: String, in folder: String, shown: String, limit: Int,
    _ problems: inout [Diagnostic]
  ) -> SourceFile? {
    let base = folder == "/" ? folder : folder + "/"
    guard let real = Files.canonical(base + path), real.hasPrefix(base) else { return nil }
    return companion(real, shown: shown, limit: limit, &problems)
  }
}
