import Text

/// The shared memory of a container's processes.
package enum SharedMemory: Sendable, Equatable {
  /// The engine's default size.
  case ofEngine
  /// Private shared memory of a given size.
  case own(ByteCount)
  /// The host's shared memory, which the container's processes share with host processes.
  case ofMachine

  /// The size of private shared memory, or nil if no size is set.
  package var size: ByteCount? {
    if case .own(let size) = self { size } else { nil }
  }
}

/// A name and a value that programs on the machine can query from the engine.
package struct ContainerLabel: Sendable, Hashable {
  /// A label's name: letters, digits, `.`, `_`, `-` and `/`, starting with a letter or digit.
  ///
  /// Names that Podman and other programs use to find the containers they manage are not allowed.
  package struct Name: Sendable, Hashable {
    /// The name as it is written, at most 253 bytes.
    package let text: String

    package init?(_ text: String) {
      guard let first = text.utf8.first, first.isASCIILetter || first.isASCIIDigit,
        text.utf8.count <= 253,
        text.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E || $0 == 0x2F }),
        !Self.isReserved(text)
      else { return nil }
      self.text = text
    }

    /// Whether Podman, systemd, home-manager, Compose or amm uses a label with this name to find
    /// what it manages.
    package static func isReserved(_ text: String) -> Bool {
      reserved.contains(text) || reservedPrefixes.contains { text.hasPrefix($0) }
    }

    private static let reserved: Set = ["PODMAN_SYSTEMD_UNIT"]
    private static let reservedPrefixes = [
      "ai-models.", "com.docker.compose.", "io.containers.autoupdate", "io.podman.compose.",
      "nix.home-manager.",
    ]
  }

  /// The label's name.
  package let name: Name
  /// The label's value.
  package let value: PlainText

  package init(_ name: Name, _ value: PlainText) {
    self.name = name
    self.value = value
  }
}

/// The user, and optionally the group, that a container's processes run as.
package struct ContainerUser: Sendable, Equatable {
  /// A name, or a number up to 2^31 - 1, which is the engines' limit.
  package let user: String
  /// A name or a number, or nil for the user's default group.
  package let group: String?

  /// Whether the user is root in the container.
  package var isRoot: Bool { user == "0" || user == "root" }

  /// Parses `1000`, `1000:1000` and `name`.
  ///
  /// Returns nil for other text.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ part in
        (1...32).contains(part.utf8.count)
          && part.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
          && part.first != "-" && Self.isInRange(part)
      })
    else { return nil }
    user = String(parts[0])
    group = parts.count == 2 ? String(parts[1]) : nil
  }

  private static func isInRange(_ part: Substring) -> Bool {
    guard part.utf8.allSatisfy(\.isASCIIDigit) else { return true }
    return part.utf8.count <= 10 && Int(part).map { $0 <= Int(Int32.max) } ?? false
  }

  /// The user and group as they are written.
  package var text: String { user + (group.map { ":" + $0 } ?? "") }
}

/// A kernel limit for each of a container's processes (getrlimit(2)).
package struct ResourceLimit: Sendable, Equatable {
  /// The limited resource.
  ///
  /// The raw value is the text that container engines accept.
  package enum Resource: String, Sendable, CaseIterable {
    case core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime,
      sigpending, stack
  }

  /// The limited resource.
  package let resource: Resource
  /// The soft limit, which is in force, or nil for no limit.
  package let soft: Int?
  /// The hard limit, up to which a process may raise the soft limit, or nil for no limit.
  package let hard: Int?

  package init(_ resource: Resource, soft: Int?, hard: Int?) {
    self.resource = resource
    self.soft = soft
    self.hard = hard
  }

  /// The limit as container engines accept it: `memlock=-1:-1`.
  package var text: String { "\(resource.rawValue)=\(soft ?? -1):\(hard ?? -1)" }
}

/// The destination of a container's output.
package enum LogDriver: String, Sendable, CaseIterable {
  case journald
  case file = "k8s-file"
  case json = "json-file"
  case none
  case passthrough
}

/// When the engine replaces a container's image with a newer one of the same name.
package enum ImageUpdate: String, Sendable, CaseIterable {
  /// When the registry has a newer image.
  case registry
  /// When the machine has a newer image in its local storage.
  case local
}
