import Text

/// A GPU, or a set of GPUs, that a container may use.
package enum Accelerator: Sendable, Hashable {
  /// NVIDIA GPUs.
  case nvidia(Selection)
  /// AMD GPUs, through the kernel's device files.
  case amd(Selection)
  /// Intel GPUs, through the kernel's device files.
  case intel(Selection)
  /// Any GPU that supports Vulkan, through the kernel's device files.
  case vulkan(Selection)
  /// A device of the Container Device Interface (CDI): `vendor.com/class=name`.
  case device(DeviceName)

  /// A selection of the machine's GPUs.
  package enum Selection: Sendable, Hashable {
    case all
    /// One GPU by its index, its UUID or the name of a partition: 1 to 64 ASCII letters, digits and
    /// `_-:.`. An index has no leading zero.
    case one(String)

    /// - Returns: Nil if the text is not a valid GPU name.
    package init?(_ name: String) {
      guard (1...64).contains(name.utf8.count),
        name.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x3A || $0 == 0x2E }),
        // '00' would be a second name for '0'.
        !(name.utf8.count > 1 && name.first == "0" && name.utf8.allSatisfy(\.isASCIIDigit))
      else { return nil }
      self = name == "all" ? .all : .one(Self.normalized(name))
    }

    /// Returns a UUID as NVIDIA's tools write it, `GPU-` and lower-case letters, and any other name
    /// unchanged.
    package static func normalized(_ name: String) -> String {
      let prefix = name.prefix(4).uppercased()
      guard prefix == "GPU-" || prefix == "MIG-" else { return name }
      return prefix + name.dropFirst(4).lowercased()
    }

    /// `all`, or the name of the selected GPU.
    package var text: String {
      switch self {
      case .all: "all"
      case .one(let name): name
      }
    }
  }

  /// A selection of the kernel's device files.
  package enum Node: Sendable, Equatable {
    case all
    /// One device file by its index among those of its kind, from 0.
    case index(Int)
    /// One device file by its name: `renderD128`.
    case file(String)
  }
}

extension Accelerator {
  /// The selected device files, or nil for GPUs that are not selected by device file.
  package var node: Node? {
    switch self {
    case .amd(let selection), .intel(let selection), .vulkan(let selection): selection.node
    case .nvidia, .device: nil
    }
  }
}

extension Accelerator.Selection {
  /// The selection as device files, or nil if the name is not an index or a device file.
  package var node: Accelerator.Node? {
    switch self {
    case .all: return .all
    case .one(let name):
      if name.hasPrefix("renderD"), name.utf8.count <= 10, Int(name.dropFirst(7)) != nil {
        return .file(name)
      }
      guard name.utf8.count <= 2, name.utf8.allSatisfy(\.isASCIIDigit), let index = Int(name) else {
        return nil
      }
      return .index(index)
    }
  }
}

/// The name of a device of the Container Device Interface (CDI 0.6, SPEC.md, "kind").
package struct DeviceName: Sendable, Hashable {
  /// The vendor's domain: `intel.com`.
  package let vendor: String
  /// The device class: `gpu`.
  package let kind: String
  /// The device's name within its class: `0`.
  package let name: String

  /// Parses `vendor.com/class=name`.
  ///
  /// Returns nil for other text.
  package init?(_ text: String) {
    guard let slash = text.firstIndex(of: "/"), let equals = text.firstIndex(of: "="),
      slash < equals
    else { return nil }
    vendor = String(text[..<slash])
    kind = String(text[text.index(after: slash)..<equals])
    name = String(text[text.index(after: equals)...])
    func isWord(_ text: String, _ more: String) -> Bool {
      guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 64 else {
        return false
      }
      return first.isASCIIAlphanumeric && last.isASCIIAlphanumeric
        && text.utf8.allSatisfy { $0.isASCIIWord || more.utf8.contains($0) }
    }
    guard vendor.contains("."), isWord(vendor, ".-"), isWord(kind, "-"), isWord(name, "-.:") else {
      return nil
    }
  }

  /// The full name.
  package var text: String { vendor + "/" + kind + "=" + name }
}
