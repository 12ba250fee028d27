import Diagnostics
import Host
import Profiles
import Workspaces

/// A profile's file, not yet read.
struct ProfileFile: Sendable {
  /// `coding/deepseek-coder`.
  let id: String
  let path: String
  /// Whether it comes with amm and is not in the workspace.
  let isFromLibrary: Bool

  /// The last part of its id.
  var stem: String { id.split(separator: "/").last.map(String.init) ?? id }
}

/// The profiles below a folder.
struct ProfileFolder {
  private(set) var files: [ProfileFile] = []
  private(set) var diagnostics: [Diagnostic] = []
  private let isLibrary: Bool

  /// - Parameters:
  ///   - path: The folder; it may be missing.
  ///   - prefix: What stands before the ids: nothing, or `custom`.
  init(_ path: String, prefix: String = "", isLibrary: Bool = false) throws(HostError) {
    self.isLibrary = isLibrary
    try add(path, prefix, depth: 0)
  }

  private mutating func add(_ folder: String, _ prefix: String, depth: Int) throws(HostError) {
    let start = folder + "/"
    let idStart = prefix.isEmpty ? "" : prefix + "/"
    for entry in try Files.entries(in: folder) where entry.name.utf8.first != UInt8(ascii: ".") {
      let name = entry.name
      let path = start + name
      let isFolder = entry.kind == .folder
      let isProfile = !isFolder && name.hasSuffix(".yaml")
      if !isFolder, name.hasSuffix(".yml") {
        diagnostics.append(
          Diagnostic(
            FileRules.wrongEnding, at: SourceLocation(path: path),
            "amm does not read this file", help: ["rename it to end with '.yaml'"]))
      }
      guard isFolder || isProfile else { continue }
      guard name.utf8.allSatisfy({ $0.isFileNameByte }), !Secrets.looksSecret(name), depth < 8
      else {
        diagnostics.append(
          Diagnostic(
            FileRules.fileName, at: SourceLocation(path: path.printable),
            "this name cannot be that of a profile",
            help: ["use letters, digits, '.', '-' and '_', and at most eight folders"]))
        continue
      }
      if isFolder {
        try add(path, idStart + name, depth: depth + 1)
      } else {
        let id = idStart + String(Substring(name.utf8.dropLast(".yaml".utf8.count)))
        files.append(ProfileFile(id: id, path: path, isFromLibrary: isLibrary))
      }
    }
  }
}

extension UInt8 {
  fileprivate var isFileNameByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
}

extension String {
  /// Without characters that would move the cursor or end the line.
  fileprivate var printable: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 ? "\u{FFFD}" : $0 }))
  }
}

extension ProfileFile {
  /// The file read and checked.
  func read() -> Outcome<Profile> {
    SourceFile.read(path).then(Profile.read)
  }
}
