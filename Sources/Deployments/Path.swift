/// A path on the host that a container refers to.
package struct HostPath: Sendable, Hashable {
  /// What the path begins at.
  package enum Base: Sendable { case root, home }

  /// What the path begins at.
  package let base: Base
  /// The path below the base, without a leading slash.
  package let relative: String

  /// Parses `/absolute` or `~/below/home`.
  ///
  /// Nil for others, for `..`, and for what the options of engines cannot carry: a colon, a
  /// comma, a quote, a backslash, a control character, a blank.
  package init?(_ text: String) {
    // Bytes throughout, as the kernel reads a path: a slash before a combining accent is a slash.
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

  /// A path amm itself names.
  package init(literal text: StaticString) {
    guard let path = HostPath(text.description) else {
      preconditionFailure("not a path of a machine")
    }
    self = path
  }

  /// As a person writes it.
  package var text: String { (base == .home ? "~/" : "/") + relative }

  /// Where it is on a machine with this home; nil for one below a home that is not known.
  package func absolute(home: String?) -> String? {
    base == .home ? home.map { $0 + "/" + relative } : text
  }

  /// The file's or folder's own name.
  package var lastPart: String { relative.split(separator: "/").last.map(String.init) ?? "" }

  /// The folder that it is in; nil right below the base.
  package var parent: HostPath? {
    let parts = relative.split(separator: "/").dropLast()
    return HostPath((base == .home ? "~/" : "/") + parts.joined(separator: "/"))
  }

  static func isCarried(_ path: Substring.UTF8View) -> Bool {
    let parts = path.split(separator: UInt8(ascii: "/"))
    let isUpwards = parts.contains { $0.elementsEqual("..".utf8) || $0.elementsEqual(".".utf8) }
    guard !parts.isEmpty, !isUpwards else { return false }
    return !Substring(path).unicodeScalars.contains {
      $0.isControl || $0.properties.isWhitespace || ":,\"'\\".unicodeScalars.contains($0)
    }
  }
}

/// An absolute path inside a container.
package struct ContainerPath: Sendable, Hashable {
  /// Absolute, without a slash at its end or two in a row.
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.first == UInt8(ascii: "/"), HostPath.isCarried(text.utf8.dropFirst()) else {
      return nil
    }
    // One place has one text, so that two mounts at it are found.
    let parts = text.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    self.text = "/" + parts.joined(separator: "/")
  }

  /// A path amm itself names.
  package init(literal text: StaticString) {
    guard let path = ContainerPath(text.description) else {
      preconditionFailure("not a path in a container")
    }
    self = path
  }
}

/// What a container sees of the host's storage.
package struct Mount: Sendable, Hashable {
  /// What is mounted.
  package enum Source: Sendable, Hashable {
    /// A store that amm declares and the engine creates.
    case store(ResourceName)
    /// A folder of the host; it must exist when the container starts.
    case path(HostPath)

    /// As a person writes it.
    package var text: String {
      switch self {
      case .store(let name): name.text
      case .path(let path): path.text
      }
    }
  }

  /// How it is mounted, by the word that engines take.
  package enum Option: String, Sendable, CaseIterable {
    case readOnly = "ro"
    case readWrite = "rw"
    /// SELinux: a label that other containers share, or one of its own.
    case sharedLabel = "z"
    case privateLabel = "Z"
    /// The engine changes the owner to the container's user.
    case changeOwner = "U"
  }

  /// What is mounted.
  package let source: Source
  /// Where it appears in the container.
  package let target: ContainerPath
  /// How it is mounted, each once, in order.
  package let options: [Option]

  package init(_ source: Source, at target: ContainerPath, options: [Option] = []) {
    self.source = source
    self.target = target
    self.options = options
  }

  /// The store that it mounts, when it is one.
  package var store: ResourceName? {
    if case .store(let name) = source { name } else { nil }
  }
}
