import Text

/// Memory that the processes of a container share with each other.
package enum SharedMemory: Sendable, Equatable {
  /// As much as the engine gives by itself.
  case ofEngine
  /// Its own, of a size.
  case own(ByteCount)
  /// That of the machine: its processes see those of others.
  case ofMachine

  /// Its own size; nil where it has none.
  package var size: ByteCount? {
    if case .own(let size) = self { size } else { nil }
  }
}

/// A name and a value that programs of the machine can ask the engine about.
package struct ContainerLabel: Sendable, Hashable {
  /// A label's name: letters, digits, `.`, `_`, `-` and `/`, a letter or digit first.
  ///
  /// Not one by which Podman or a generator of units finds what it manages.
  package struct Name: Sendable, Hashable {
    /// As it is written, at most 253 bytes.
    package let text: String

    package init?(_ text: String) {
      guard let first = text.utf8.first, first.isASCIILetter || first.isASCIIDigit,
        text.utf8.count <= 253,
        text.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E || $0 == 0x2F }),
        !Self.isReserved(text)
      else { return nil }
      self.text = text
    }

    /// Whether a label of this name tells Podman, systemd, home-manager or amm what to manage.
    package static func isReserved(_ text: String) -> Bool {
      reserved.contains(text) || reservedPrefixes.contains { text.hasPrefix($0) }
    }

    private static let reserved: Set = ["PODMAN_SYSTEMD_UNIT"]
    private static let reservedPrefixes = [
      "ai-models.", "com.docker.compose.", "io.containers.autoupdate", "io.podman.compose.",
      "nix.home-manager.",
    ]
  }

  /// Its name.
  package let name: Name
  /// Its value.
  package let value: PlainText

  package init(_ name: Name, _ value: PlainText) {
    self.name = name
    self.value = value
  }
}

/// The user, and perhaps the group, that a container's processes run as.
package struct ContainerUser: Sendable, Equatable {
  /// A name, or a number of at most 2^31 - 1, as engines read it.
  package let user: String
  /// A name or a number; nil for the user's own group.
  package let group: String?

  /// Whether it is the image's root.
  package var isRoot: Bool { user == "0" || user == "root" }

  /// Parses `1000`, `1000:1000` and `name`; nil for others.
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

  /// As it is written.
  package var text: String { user + (group.map { ":" + $0 } ?? "") }
}

/// A limit of the kernel for each of a container's processes (getrlimit(2)).
package struct ResourceLimit: Sendable, Equatable {
  /// What is limited, by the word that engines take.
  package enum Resource: String, Sendable, CaseIterable {
    case core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime,
      sigpending, stack
  }

  /// What is limited.
  package let resource: Resource
  /// How much a process has; nil for no limit.
  package let soft: Int?
  /// How much it may ask for; nil for no limit.
  package let hard: Int?

  package init(_ resource: Resource, soft: Int?, hard: Int?) {
    self.resource = resource
    self.soft = soft
    self.hard = hard
  }

  /// As engines take it: `memlock=-1:-1`.
  package var text: String { "\(resource.rawValue)=\(soft ?? -1):\(hard ?? -1)" }
}

/// Where a container's output goes.
package enum LogDriver: String, Sendable, CaseIterable {
  case journald
  case file = "k8s-file"
  case json = "json-file"
  case none
  case passthrough
}

/// When the engine replaces a container's image by a newer one of the same name.
package enum ImageUpdate: String, Sendable, CaseIterable {
  /// When the registry has another.
  case registry
  /// When the machine has another.
  case local
}
