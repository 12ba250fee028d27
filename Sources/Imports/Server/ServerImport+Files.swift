import Catalogues
import Diagnostics
import Profiles
import Schema
import Text
import Values

/// Files and folders of the machine that options and variables name.
extension ServerImport {
  /// A file or folder of the machine that a server without a container reads.
  struct MachineFile {
    /// The path on the machine.
    let path: String
    /// The path in the container that amm starts.
    let target: String
    /// Whether the server also writes it.
    var isWritten = false
  }

  /// Returns a value of an option as the profile has it, with the paths of files that amm mounts.
  ///
  /// - Parameter names: The names of the option, or the variable.
  /// - Returns: Nil if it names a file of a folder that is not known.
  mutating func placed(_ value: Located<String>, of names: [String]) -> Located<String>? {
    if names.contains(where: words.hostPaths.contains) {
      let path = absolute(server.isContainer ? value.value : Self.inFolder(value.value))
      guard path.hasPrefix("/") || path.hasPrefix("~") || server.isContainer else { return nil }
      return Located(machinePath(of: path) ?? path, value.range)
    }
    guard !server.isContainer, !names.contains(where: words.addressPaths.contains) else {
      return value
    }
    let isOnlyPath = names.contains(where: words.onlyPaths.contains)
    guard isOnlyPath || names.contains(where: words.pathsOrModels.contains) else {
      return withFile(value)
    }
    let isWritten = names.contains(where: words.writtenPaths.contains)
    if value.value.hasPrefix("{") { return withFiles(inJSON: value) }
    var parts: [String] = []
    for part in value.value.split(separator: ",", omittingEmptySubsequences: false) {
      let (before, path, after) = Self.parts(of: part)
      guard isOnlyPath || isPath(path) else {
        parts.append(String(part))
        continue
      }
      guard let target = mount(Self.inFolder(path), at: value.range, writes: isWritten) else {
        return nil
      }
      parts.append(before + target + after)
    }
    return Located(parts.joined(separator: ","), value.range)
  }

  /// Whether a file that amm would mount is only in the container: in its image, or in a volume of the engine.
  func isInVolume(_ value: Located<String>?, of option: CatalogueOption) -> Bool {
    guard server.isContainer, let value, option.names.contains(where: words.hostPaths.contains)
    else { return false }
    return machinePath(of: absolute(value.value)) == nil
  }

  /// Returns an object of JSON with the paths of the files and folders that it names.
  mutating func withFiles(inJSON value: Located<String>) -> Located<String> {
    guard !server.isContainer, let json = JSONValue(parsing: value.value) else { return value }
    var text = value.value
    for path in Self.texts(in: json) where isPath(path) {
      guard let target = mount(Self.inFolder(path), at: value.range) else { continue }
      text = text.replacing(JSON.quoted(path), with: JSON.quoted(target))
    }
    return Located(text, value.range)
  }

  /// Returns a value with the absolute path of a file that a server without a container reads.
  mutating func withFile(_ value: Located<String>) -> Located<String> {
    guard !server.isContainer,
      value.value.count > 1, !value.value.contains(" "),
      ["/", "./", "../", "~/"].contains(where: value.value.hasPrefix)
        || [".jinja", ".json", ".yaml", ".yml"].contains(where: value.value.hasSuffix)
          && !value.value.contains("{")
    else { return value }
    return mount(Self.inFolder(value.value), at: value.range).map { Located($0, value.range) }
      ?? value
  }

  /// Leaves out an option or variable with a file for the log of a server without a container; returns whether
  /// it is one.
  mutating func leaveOutLog(_ name: Located<String>, _ option: CatalogueOption) -> Bool {
    guard !server.isContainer, option.names.contains(where: words.logFiles.contains) else {
      return false
    }
    fates.append(
      Fate(key: name, kind: .dropped, reason: "'amm logs' shows what its container writes"))
    return true
  }

  /// Records that an option names a file of a folder that is not known, or that amm does not mount.
  mutating func tellUnknownFolder(_ name: Located<String>, _ values: [Located<String>]) {
    let place = values.first { ["/", "~"].contains(where: $0.value.hasPrefix) }?.value
    fates.append(
      Fate(
        key: name, kind: .unknown,
        reason: place.map { "amm does not mount '\($0.abbreviatedName)' into a container" }
          ?? "the folder to which its path is relative is not known"))
  }

  /// Whether a text that can also name a model of the hub is a path.
  private func isPath(_ text: String) -> Bool {
    ["/", "./", "../", "~/"].contains(where: text.hasPrefix) || isRelativePath(text)
  }

  /// Returns a path that begins with a name as a path in the folder of the command.
  private static func inFolder(_ path: String) -> String {
    ["/", ".", "~", "$"].contains(where: path.hasPrefix) ? path : "./" + path
  }

  /// Divides `NAME=PATH` and `PATH:FACTOR`.
  private static func parts(of text: Substring) -> (before: String, path: String, after: String) {
    var path = text
    var (before, after) = ("", "")
    if let equals = path.firstIndex(of: "="), path[..<equals].utf8.allSatisfy(isNamePart) {
      before = String(path[...equals])
      path = path[path.index(after: equals)...]
    }
    if let colon = path.lastIndex(of: ":"), Double(path[path.index(after: colon)...]) != nil {
      after = String(path[colon...])
      path = path[..<colon]
    }
    return (before, String(path), after)
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte.isASCIIWord || byte == 0x2D || byte == 0x2E
  }

  /// Returns the texts of a JSON value, without the names of members.
  private static func texts(in value: JSONValue) -> [String] {
    switch value {
    case .text(let text): [text]
    case .list(let items): items.flatMap { texts(in: $0) }
    case .object(let members): members.sorted { $0.key < $1.key }.flatMap { texts(in: $0.value) }
    default: []
    }
  }

  /// Mounts a file or folder of the machine, and returns its path in the container; nil if its folder is not
  /// known.
  private mutating func mount(
    _ written: String, at range: SourceRange, writes isWritten: Bool = false
  ) -> String? {
    let path = absolute(written)
    let isAtHome = path.hasPrefix("~/")
    // A mount's path has no ':', and the whole machine is none.
    guard path.hasPrefix("/") || isAtHome, !path.hasPrefix("//"), !path.contains(":"),
      path.contains(where: { !["/", ".", "~"].contains($0) })
    else { return nil }
    // A container has no home folder of the user.
    func target(of path: String) -> String { isAtHome ? "/mnt" + path.dropFirst() : path }
    let whole = Self.whole(path)
    if let index = files.firstIndex(where: { $0.value.path == whole }) {
      if isWritten {
        files[index] = Located(
          MachineFile(path: whole, target: target(of: whole), isWritten: true), files[index].range)
      }
    } else {
      files.append(
        Located(MachineFile(path: whole, target: target(of: whole), isWritten: isWritten), range))
    }
    return target(of: path)
  }

  /// Returns what has to be mounted for a path: the folder of a model's parts, and a repository in the hub's
  /// cache, whose snapshots are links to other files of it.
  private static func whole(_ path: String) -> String {
    if path.contains("/models--"), let end = path.firstRange(of: "/snapshots/") {
      return String(path[..<end.lowerBound])
    }
    guard path.hasSuffix(".gguf"), path.contains("-of-"), let slash = path.lastIndex(of: "/"),
      slash != path.startIndex
    else { return path }
    return String(path[..<slash])
  }
}
