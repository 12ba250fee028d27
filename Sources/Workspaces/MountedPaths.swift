/// Host paths with their owners, to find paths that contain each other without comparing all of them.
struct MountedPaths {
  private var entries: [(path: String, owner: Int)] = []
  /// The places in `entries` by path, and by each folder above a path.
  private var exact: [String: [Int]] = [:]
  private var below: [String: [Int]] = [:]

  /// Adds a path of an owner.
  mutating func add(_ path: String, of owner: Int) {
    let place = entries.count
    entries.append((path, owner))
    exact[path, default: []].append(place)
    for folder in Self.folders(above: path) { below[folder, default: []].append(place) }
  }

  /// Returns the owner, other than the given one, of the first path that contains the path or is
  /// inside it; nil if there is none.
  func owner(besides owner: Int, sharing path: String) -> Int? {
    let lists = ([path] + Self.folders(above: path)).map { exact[$0] } + [below[path]]
    // The paths of one owner are few, so each search is short.
    let first = lists.compactMap { list in list?.first { entries[$0].owner != owner } }.min()
    return first.map { entries[$0].owner }
  }

  /// "/a/b/c" is below "/a" and "/a/b".
  private static func folders(above path: String) -> [String] {
    let bytes = path.utf8
    return bytes.indices.dropFirst().filter { bytes[$0] == UInt8(ascii: "/") }
      .map { String(path[..<$0]) }
  }
}
