package import Diagnostics
import Schema

/// Files in the folder of another tool's file that belong to it, by their paths below the folder.
package struct NearbyFiles: Sendable {
  private var files: [String: SourceFile?] = [:]
  private var missing: Set<String> = []
  /// Whether the folder is known, so that a file which is not here does not exist or cannot be read.
  package let hasFolder: Bool

  package init(hasFolder: Bool = false) { self.hasFolder = hasFolder }

  /// The number of files that were looked for.
  package var count: Int { files.count }

  /// Adds a file, or that there is none at a path.
  package mutating func add(_ file: SourceFile?, at path: String) {
    files.updateValue(file, forKey: path)
  }

  /// Adds that there is nothing at a path.
  package mutating func addMissing(_ path: String) {
    files.updateValue(nil, forKey: path)
    missing.insert(path)
  }

  /// Whether there is nothing at a path.
  func isMissing(_ path: String) -> Bool { missing.contains(path) }

  /// Whether a path was looked for.
  func isKnown(_ path: String) -> Bool { !hasFolder || files[path] != nil }

  subscript(path: String) -> SourceFile? { files[path] ?? nil }

  /// Returns the path below the folder of a path that a file in it, or in one of its folders, names.
  ///
  /// - Parameter place: The folder of the file that names it; empty for the folder itself.
  /// - Returns: Nil if it is outside of the folder, or known only on the machine.
  static func path(of text: String, in place: String = "") -> String? {
    guard !text.isEmpty, text.utf8.count < 1000, !["/", "~", "$"].contains(where: text.hasPrefix),
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { return nil }
    var parts = place.split(separator: "/")
    for part in text.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        return nil
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
  }
}

/// Files whose lines have different numbers, so that a range also determines its file.
struct NumberedFiles {
  /// The files, each with the number that is added to its lines; the first one keeps its numbers.
  private(set) var files: [(file: SourceFile, shift: Int)] = []
  /// The number that is added to the lines of the next file.
  private(set) var end = 0

  init(_ files: [SourceFile] = []) {
    for file in files { add(file) }
  }

  /// Adds a file, and returns the number that is added to its lines.
  @discardableResult
  mutating func add(_ file: SourceFile) -> Int {
    let shift = end
    files.append((file, shift))
    end += file.bytes.count { $0 == 0x0A } + 2
    return shift
  }

  /// Returns the file of a range, and the range in it.
  func place(of range: SourceRange) -> (file: SourceFile, range: SourceRange)? {
    guard let found = files.last(where: { range.start.line > $0.shift }) ?? files.first else {
      return nil
    }
    return (found.file, range.moved(byLines: -found.shift))
  }

  /// The text of all files, in which each line has its number; nil if there is only one file.
  var joined: SourceFile? {
    guard let first = files.first, files.count > 1 else { return nil }
    var bytes: [UInt8] = []
    for (file, _) in files {
      bytes += file === first.file ? file.bytes[...] : file.bytes[file.textStart...]
      bytes += [0x0A, 0x0A]
    }
    return SourceFile(path: first.file.path, bytes: bytes)
  }
}

extension Import {
  /// Returns the import with each place in the file that it belongs to.
  func located(in files: NumberedFiles) -> Import {
    guard let first = files.files.first?.file, files.files.count > 1 else { return self }
    let moved = diagnostics.map { diagnostic in
      diagnostic.replacing(
        places: { location in
          guard let range = location.range, location.path == first.path,
            let (file, own) = files.place(of: range)
          else { return location }
          return SourceLocation(file, own)
        }, texts: { $0 })
    }
    let servers = servers.map { server in
      var copy = server
      copy.fates = server.fates.map { $0.located(in: files) }
      return copy
    }
    let companions = companions.map { companion in
      var copy = companion
      copy.fates = companion.fates.map { $0.located(in: files) }
      return copy
    }
    return Import(
      kind: kind, servers: servers, companions: companions, wanted: wanted,
      others: others.map { $0.located(in: files) }, knowsServer: knowsServer, diagnostics: moved,
      secrets: secrets)
  }
}

extension Fate {
  /// Returns what became of a key with its place in the file that it belongs to.
  fileprivate func located(in files: NumberedFiles) -> Fate {
    guard let (file, own) = files.place(of: key.range), let first = files.files.first else {
      return self
    }
    let key = Located(key.value, own)
    guard file !== first.file else { return replacing(key: key, reason: reason) }
    let name = file.path.split(separator: "/").suffix(2).joined(separator: "/")
    return replacing(
      key: key, reason: reason.isEmpty ? "in '\(name)'" : "\(reason) (in '\(name)')")
  }
}
