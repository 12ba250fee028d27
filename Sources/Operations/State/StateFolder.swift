package import Host
import Values

/// What amm remembers of this user on this machine: `$XDG_STATE_HOME/amm`, which no workspace brings
/// along.
package struct StateFolder {
  private let path: String
  private let machine: Machine

  init(_ machine: Machine) throws(HostError) {
    self.machine = machine
    path = try machine.folders.state
  }

  /// The folder; nil where amm has never written it.
  private var folder: Folder? { get throws(HostError) { try Folder.open(path) } }

  /// The folder, made where it is missing, for this user alone.
  private func made() throws(HostError) -> Folder {
    try machine.folders.requireHome(above: path)
    try FolderCreator.makeAll(path, permissions: 0o700)
    guard let folder = try folder else {
      throw HostError("open the folder", path, reason: "it is gone")
    }
    return folder
  }

  /// A file's bytes; nil where there is none.
  ///
  /// - Parameter limit: Bytes; a larger file is an error.
  package func read(_ name: String, limit: Int) throws(HostError) -> [UInt8]? {
    try folder?.readWhole(name, limit: limit)
  }

  /// Adds a line to a file, and makes both folder and file where they are missing.
  package func append(_ line: String, to name: String) throws(HostError) {
    try made().append(line, to: name, permissions: 0o600)
  }

  /// Replaces a file, whole or not at all; makes the folder where it is missing.
  package func write(_ text: String, to relative: String) throws(HostError) {
    let folder = try made()
    if let slash = relative.lastIndex(of: "/") {
      _ = try folder.makeFolder(String(relative[..<slash]))
    }
    try folder.write(text, to: relative, permissions: 0o600, OwnMark("own"))
  }

  /// Removes a file; one that is not there is no error.
  package func remove(_ relative: String) throws(HostError) { try folder?.remove(relative) }

  // MARK: - Marks

  private static let nonceFile = "nonce"

  /// What only this user's amm on this machine knows; nil where it has not been drawn yet.
  private var nonce: String? {
    get throws(HostError) {
      let text = try read(Self.nonceFile, limit: 1024).map { String(decoding: $0, as: UTF8.self) }
      // What somebody shortened by hand is drawn anew.
      return text.flatMap { $0.utf8.count >= 64 ? $0 : nil }
    }
  }

  private func madeNonce() throws(HostError) -> String {
    if let nonce = try nonce { return nonce }
    let folder = try made()
    let drawn = Self.drawn()
    // What is too short to be one goes; of several amm, the first one's stays.
    if try folder.read(Self.nonceFile, limit: 1024) != nil { try folder.remove(Self.nonceFile) }
    try folder.writeOnce(drawn, to: Self.nonceFile, permissions: 0o600)
    return try nonce ?? drawn
  }

  private static func drawn() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<8).map { _ in String(random.next() | 1 << 63, radix: 16) }.joined()
  }

  /// A text that tells what this user's amm wrote for a place, and that nobody else can make.
  ///
  /// - Returns: Nil where this user's amm has written nothing yet.
  func seal(_ parts: String...) throws(HostError) -> String? {
    try nonce.map { Self.seal(parts, $0) }
  }

  func madeSeal(_ parts: String...) throws(HostError) -> String {
    Self.seal(parts, try madeNonce())
  }

  /// A keyed hash in the manner of HMAC (RFC 2104): the outer one keeps it from being extended.
  private static func seal(_ parts: [String], _ nonce: String) -> String {
    let message = parts.map { "\($0.utf8.count):\($0)" }.joined()
    return SHA256.digest(of: nonce + SHA256.digest(of: nonce + message))
  }
}

extension OwnMark {
  /// This user's mark in a folder; drawn for this once where nothing can be remembered, as in a build.
  package static func made(in folder: Folder, on machine: Machine) -> OwnMark {
    let place = Files.canonical(folder.path) ?? folder.path
    do throws(HostError) {
      return OwnMark(String(try StateFolder(machine).madeSeal("folder", place).prefix(16)))
    } catch {
      return OwnMark(String(UInt64.random(in: 0...UInt64.max) | 1 << 63, radix: 16))
    }
  }

  /// This user's mark in a folder, for who only looks; nil where amm has left none anywhere.
  package static func known(in folder: Folder, on machine: Machine) -> OwnMark? {
    let place = Files.canonical(folder.path) ?? folder.path
    return ((try? StateFolder(machine).seal("folder", place)) ?? nil).map {
      OwnMark(String($0.prefix(16)))
    }
  }
}
