/// A path on the host that a unit refers to.
package struct HostPath: Sendable, Hashable {
  package enum Base: Sendable { case root, home }

  package let base: Base
  /// The path below the base, without a leading slash.
  package let relative: String

  /// Parses `/absolute` or `~/below/home`.
  ///
  /// Nil for others, for `..`, and for what a volume option cannot carry: a colon, a control
  /// character, a blank (systemd splits `RequiresMountsFor=` there, Podman before 5.8).
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

  /// As a person writes it.
  package var text: String { (base == .home ? "~/" : "/") + relative }

  /// The file's or folder's own name.
  package var lastPart: String { relative.split(separator: "/").last.map(String.init) ?? "" }

  /// Whether Podman's generator takes it, or its parent, for a unit: what begins with a specifier, as
  /// `%h/models.volume` does, is no path to it (pkg/systemd/quadlet, handleStorageSource).
  package var looksLikeUnit: Bool {
    base == .home
      && relative.utf8.split(separator: UInt8(ascii: "/"))
        .contains { $0.suffix(7).elementsEqual(".volume".utf8) }
  }

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
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.first == UInt8(ascii: "/"), HostPath.isCarried(text.utf8.dropFirst()) else {
      return nil
    }
    self.text = text
  }

  /// Whether home-manager may change it where a volume is mounted: it writes `podman-` before the
  /// name of the volume's unit wherever that occurs (modules/services/podman/linux/containers.nix).
  package var looksLikeUnit: Bool { text.utf8.firstRange(of: ".volume".utf8) != nil }

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
  package enum Source: Sendable, Hashable {
    /// A volume that amm declares and Podman creates.
    case volume(UnitName)
    /// A folder of the host; it must exist when the container starts.
    case path(HostPath)

    /// As a person writes it.
    package var text: String {
      switch self {
      case .volume(let name): name.text
      case .path(let path): path.text
      }
    }
  }

  package enum Option: String, Sendable, CaseIterable {
    case readOnly = "ro"
    case readWrite = "rw"
    /// SELinux: a label that other containers share, or one of its own.
    case sharedLabel = "z"
    case privateLabel = "Z"
    /// Podman changes the owner to the container's user.
    case changeOwner = "U"
  }

  package let source: Source
  package let target: ContainerPath
  package let options: [Option]

  package init(_ source: Source, at target: ContainerPath, options: [Option] = []) {
    self.source = source
    self.target = target
    self.options = options
  }
}
