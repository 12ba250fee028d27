package import Host
import Values

/// The data that amm keeps for this user on this machine: `$XDG_STATE_HOME/amm`, which is not part
/// of a workspace.
package struct StateFolder {
  private let path: String
  private let machine: Machine

  init(_ machine: Machine) throws(HostError) {
    self.machine = machine
    path = try machine.folders.state
  }

  /// The folder; nil if amm has never written to it.
  private var folder: Folder? { get throws(HostError) { try Folder.open(path) } }

  /// Returns the folder; creates it if it is missing, only for this user.
  private func made() throws(HostError) -> Folder {
    try machine.folders.requireHome(above: path)
    try FolderCreator.makeAll(path, permissions: 0o700)
    guard let folder = try folder else {
      throw HostError("open the folder", path, reason: "it no longer exists")
    }
    return folder
  }

  /// Returns a file's bytes; nil if it does not exist.
  ///
  /// - Parameter limit: The maximum bytes; a larger file is an error.
  package func read(_ name: String, limit: Int) throws(HostError) -> [UInt8]? {
    try folder?.readWhole(name, limit: limit)
  }

  /// Adds a line to a file; creates the folder and the file if they are missing.
  package func append(_ line: String, to name: String) throws(HostError) {
    try made().append(line, to: name, permissions: 0o600)
  }

  /// Replaces a file, completely or not at all; creates the folder if it is missing.
  package func write(_ text: String, to relative: String) throws(HostError) {
    let folder = try made()
    if let slash = relative.lastIndex(of: "/") {
      _ = try folder.makeFolder(String(relative[..<slash]))
    }
    try folder.write(text, to: relative, permissions: 0o600, OwnMark("own"))
  }

  /// Removes a file; it is not an error if it does not exist.
  package func remove(_ relative: String) throws(HostError) { try folder?.remove(relative) }

  // MARK: - Marks

  private static let nonceFile = "nonce"

  /// A random value that only this user's amm on this machine knows; nil if there is none yet.
  private var nonce: String? {
    get throws(HostError) {
      let text = try read(Self.nonceFile, limit: 1024).map { String(decoding: $0, as: UTF8.self) }
      // A value that was shortened by hand is replaced.
      return text.flatMap { $0.utf8.count >= 64 ? $0 : nil }
    }
  }

  private func madeNonce() throws(HostError) -> String {
    if let nonce = try nonce { return nonce }
    let folder = try made()
    let drawn = Self.drawn()
    // Remove a value that is too short. If several processes write one, the first stays.
    if try folder.read(Self.nonceFile, limit: 1024) != nil { try folder.remove(Self.nonceFile) }
    try folder.writeOnce(drawn, to: Self.nonceFile, permissions: 0o600)
    return try nonce ?? drawn
  }

  private static func drawn() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<8).map { _ in String(random.next() | 1 << 63, radix: 16) }.joined()
  }

  /// Returns a seal that identifies what this user's amm wrote, and that no one else can create.
  ///
  /// - Returns: Nil if this user's amm has not written anything yet.
  func seal(_ parts: String...) throws(HostError) -> String? {
    try nonce.map { Self.seal(parts, $0) }
  }

  func madeSeal(_ parts: String...) throws(HostError) -> String {
    Self.seal(parts, try madeNonce())
  }

  /// Returns a keyed hash similar to HMAC (RFC 2104); the outer hash prevents length extension.
  private static func seal(_ parts: [String], _ nonce: String) -> String {
    let message = parts.map { "\($0.utf8.count):\($0)" }.joined()
    return SHA256.digest(of: nonce + SHA256.digest(of: nonce + message))
  }
}

extension OwnMark {
  /// Returns this user's mark in a folder; a random one if state cannot be stored, as in a build.
  package static func made(in folder: Folder, on machine: Machine) -> OwnMark {
    let place = Files.canonical(folder.path) ?? folder.path
    do throws(HostError) {
      return OwnMark(String(try StateFolder(machine).madeSeal("folder", place).prefix(16)))
    } catch {
      return OwnMark(String(UInt64.random(in: 0...UInt64.max) | 1 << 63, radix: 16))
    }
  }

  /// Returns this user's mark in a folder without creating it; nil if amm has not created one.
  package static func known(in folder: Folder, on machine: Machine) -> OwnMark? {
    let place = Files.canonical(folder.path) ?? folder.path
    return ((try? StateFolder(machine).seal("folder", place)) ?? nil).map {
      OwnMark(String($0.prefix(16)))
    }
  }
}
