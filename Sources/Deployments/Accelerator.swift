import Text

/// A graphics processor that a container may use.
package enum Accelerator: Sendable, Hashable {
  /// Processors of NVIDIA.
  case nvidia(Selection)
  /// Processors of AMD, by the kernel's device files.
  case amd(Selection)
  /// Processors of Intel, by the kernel's device files.
  case intel(Selection)
  /// Whatever processor the machine has, asked by Vulkan through the kernel's device files.
  case vulkan(Selection)
  /// A device of the container device interface: `vendor.com/class=name`.
  case device(DeviceName)

  /// Which processors of a machine.
  package enum Selection: Sendable, Hashable {
    case all
    /// One by its index, its UUID or the name of a part of it: 1 to 64 ASCII letters, digits and
    /// `_-:.`; no index with a zero before it.
    case one(String)

    /// - Returns: Nil for a text that names no processor.
    package init?(_ name: String) {
      guard (1...64).contains(name.utf8.count),
        name.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x3A || $0 == 0x2E }),
        // '00' would be a second name of '0'.
        !(name.utf8.count > 1 && name.first == "0" && name.utf8.allSatisfy(\.isASCIIDigit))
      else { return nil }
      self = name == "all" ? .all : .one(Self.normalized(name))
    }

    /// A UUID as NVIDIA's tools write it, `GPU-` and small letters; any other name as it is.
    package static func normalized(_ name: String) -> String {
      let prefix = name.prefix(4).uppercased()
      guard prefix == "GPU-" || prefix == "MIG-" else { return name }
      return prefix + name.dropFirst(4).lowercased()
    }

    /// `all`, or the name of the one.
    package var text: String {
      switch self {
      case .all: "all"
      case .one(let name): name
      }
    }
  }

  /// Which of the kernel's device files a selection means.
  package enum Node: Sendable, Equatable {
    case all
    /// One by its place among those of its kind, from 0.
    case index(Int)
    /// One by the name of its file: `renderD128`.
    case file(String)
  }
}

extension Accelerator {
  /// Which of the kernel's device files it means; nil for what is named in another way.
  package var node: Node? {
    switch self {
    case .amd(let selection), .intel(let selection), .vulkan(let selection): selection.node
    case .nvidia, .device: nil
    }
  }
}

extension Accelerator.Selection {
  /// As a choice among device files; nil for a text that names none.
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

/// The name of a device of the container device interface (CDI 0.6, SPEC.md, "kind").
package struct DeviceName: Sendable, Hashable {
  /// The domain of whoever makes it: `intel.com`.
  package let vendor: String
  /// What it is: `gpu`.
  package let kind: String
  /// Which one: `0`.
  package let name: String

  /// Parses `vendor.com/class=name`; nil for others.
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

  /// In full.
  package var text: String { vendor + "/" + kind + "=" + name }
}
