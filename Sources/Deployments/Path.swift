import Text

/// A path on the host that a container refers to.
package struct HostPath: Sendable, Hashable {
  /// A folder that a path can start from.
  package enum Base: Sendable { case root, home }

  /// The folder that the path starts from.
  package let base: Base
  /// The path below the base, without a leading slash.
  package let relative: String

  /// Parses `/absolute` and `~/below/home`.
  ///
  /// Returns nil for other text, for paths with `.` or `..`, and for characters that container
  /// engines do not accept in their options: colons, commas, quotes, backslashes, control
  /// characters, and whitespace.
  package init?(_ text: String) {
    // Compares bytes, as the kernel does: a slash before a combining accent is still a slash.
    let rest: Substring.UTF8View
    if text.utf8.starts(with: "~/".utf8) {
      base = .home
      rest = text.utf8.dropFirst(2)
    } else if text.utf8.starts(with: "/".utf8) {
      base = .root
      rest = text.utf8.dropFirst()
    } else {
      return nil
    }
    guard Self.isCarried(rest) else { return nil }
    relative = String(Substring(rest))
  }

  /// A path from amm's own source code.
  package init(literal text: StaticString) {
    guard let path = HostPath(text.description) else {
      preconditionFailure("not a path of a machine")
    }
    self = path
  }

  /// The text as a user writes it.
  package var text: String { (base == .home ? "~/" : "/") + relative }

  /// Returns the absolute path, or nil if the path is below a home folder that is not known.
  package func absolute(home: String?) -> String? {
    base == .home ? home.map { $0 + "/" + relative } : text
  }

  /// The last component of the path: the name of the file or folder.
  package var lastPart: String { relative.pathParts.last ?? "" }

  /// The parent folder, or nil if the path is directly below the base.
  package var parent: HostPath? {
    let parts = relative.split(separator: "/").dropLast()
    return HostPath((base == .home ? "~/" : "/") + parts.joined(separator: "/"))
  }

  static func isCarried(_ path: Substring.UTF8View) -> Bool {
    guard hasOnlyNames(path) else { return false }
    // Unicode's tables are only asked about a path that is not ASCII.
    guard path.contains(where: { $0 >= 0x80 }) else {
      return path.allSatisfy { byte in
        0x21...0x7E ~= byte && !":,\"'\\".utf8.contains(byte)
      }
    }
    return !Substring(path).unicodeScalars.contains {
      $0.isControl || $0.properties.isWhitespace || ":,\"'\\".unicodeScalars.contains($0)
    }
  }
}

extension HostPath {
  /// Returns whether a path has a part, and none of its parts is `.` or `..`.
  private static func hasOnlyNames(_ path: Substring.UTF8View) -> Bool {
    var (isEmpty, length, isDots) = (true, 0, true)
    for byte in path {
      guard byte == UInt8(ascii: "/") else {
        length += 1
        isDots = isDots && byte == UInt8(ascii: ".")
        isEmpty = false
        continue
      }
      if isDots, length == 1 || length == 2 { return false }
      (length, isDots) = (0, true)
    }
    return !isEmpty && !(isDots && (length == 1 || length == 2))
  }
}

/// An absolute path inside a container.
package struct ContainerPath: Sendable, Hashable {
  /// The absolute path, without a trailing slash or repeated slashes.
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.first == UInt8(ascii: "/"), HostPath.isCarried(text.utf8.dropFirst()) else {
      return nil
    }
    // Each path has one spelling, so that two mounts at the same path are detected.
    if text.holds("//") || text.utf8.last == UInt8(ascii: "/") {
      self.text = "/" + text.pathParts.joined(separator: "/")
    } else {
      self.text = text
    }
  }

  /// A path from amm's own source code.
  package init(literal text: StaticString) {
    guard let path = ContainerPath(text.description) else {
      preconditionFailure("not a path in a container")
    }
    self = path
  }
}

/// A store or host folder that is mounted into a container.
package struct Mount: Sendable, Hashable {
  /// The kind of source.
  package enum Source: Sendable, Hashable {
    /// A store that amm declares and the container engine creates.
    case store(ResourceName)
    /// A file or folder on the host, which must exist when the container starts.
    case path(HostPath)

    /// The text as a user writes it.
    package var text: String {
      switch self {
      case .store(let name): name.text
      case .path(let path): path.text
      }
    }
  }

  /// A mount option.
  ///
  /// The raw value is the text that container engines accept.
  package enum Option: String, Sendable, CaseIterable {
    case readOnly = "ro"
    case readWrite = "rw"
    /// An SELinux label that all containers share.
    case sharedLabel = "z"
    case privateLabel = "Z"
    /// The engine changes the owner of the files to the container's user.
    case changeOwner = "U"
  }

  /// The mounted store or host path.
  package let source: Source
  /// The path in the container.
  package let target: ContainerPath
  /// The mount options, in order, without duplicates.
  package let options: [Option]

  package init(_ source: Source, at target: ContainerPath, options: [Option] = []) {
    self.source = source
    self.target = target
    self.options = options
  }

  /// The mounted store, or nil if the source is a host path.
  package var store: ResourceName? {
    if case .store(let name) = source { name } else { nil }
  }
}
