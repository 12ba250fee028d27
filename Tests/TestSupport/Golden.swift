package import Foundation

/// Expected outputs in files of the repository.
package enum Golden {
  /// Whether expected outputs are written again (`make record`) instead of compared.
  package static let isRecording = ProcessInfo.processInfo.environment["AMM_RECORD"] == "1"

  /// Returns how a text differs from its file, or nil if they are equal.
  package static func difference(of text: String, from file: URL) throws -> String? {
    let old = try? Data(contentsOf: file)
    if let old, old == Data(text.utf8) { return nil }
    if isRecording {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return nil
    }
    guard let old else { return "\(file.lastPathComponent) is missing; 'make record' writes it" }
    let expected = String(decoding: old, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    let first = zip(expected, found).enumerated().first { $1.0 != $1.1 }?.offset
    let line = first ?? min(expected.count, found.count)
    return """
      \(file.lastPathComponent), line \(line + 1): expected
        \(line < expected.count ? String(expected[line]) : "the end")
      found
        \(line < found.count ? String(found[line]) : "the end")
      all of it:
      \(text)
      """
  }

  /// Returns the differences between the files that amm generated and those of a folder.
  package static func differences(of generated: URL, from folder: URL) throws -> [String] {
    func files(in folder: URL) throws -> [String] {
      try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        .filter { path in
          let file = folder.appendingPathComponent(path)
          return !file.lastPathComponent.hasPrefix(".") && !file.hasDirectoryPath
        }
    }
    let found = try files(in: generated)
    let differences = try found.compactMap { file in
      try difference(
        of: String(
          decoding: Data(contentsOf: generated.appendingPathComponent(file)), as: UTF8.self),
        from: folder.appendingPathComponent(file))
    }
    let expected = try files(in: folder)
    return differences + (expected == found ? [] : ["\(expected) are expected, found \(found)"])
  }
}
