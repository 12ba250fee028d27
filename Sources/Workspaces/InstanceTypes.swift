package import Deployments
import Profiles
package import Schema
import Targets
import Text
import Values
import YAML

/// A memory limit, or no limit.
package enum MemoryLimit: Sendable {
  case limited(ByteCount)
  case unlimited
}

/// The storage for an instance's models.
package enum CacheChoice: Sendable {
  case shared, own
  case folder(HostPath)
}

extension ValueType where Value == Argument {
  /// A model's name that all servers and clients accept.
  static let servedName = parsed(
    "a model's name", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", numeric: true,
    examples: ["chat"], plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    let isPlain =
      (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
      && text.utf8.first.map { $0.isASCIILetter || $0.isASCIIDigit } ?? false
    guard isPlain, let name = Argument(text) else {
      throw Refusal(
        "must be a model's name, found '\(text.abbreviated)'",
        help: "use at most 64 letters, digits, '.', '_' and '-'")
    }
    return name
  }
}

extension ValueType where Value == BindAddress {
  static let bindAddress = parsed(
    "an IP address", pattern: "^[0-9A-Fa-f.:]+$", plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let address = BindAddress(text) else {
      throw Refusal(
        "must be an IPv4 or IPv6 address, found '\(text.abbreviated)'",
        help: text == "localhost" ? "write 127.0.0.1" : nil)
    }
    return address
  }
}

extension ValueType where Value == Accelerator {
  /// A GPU as it is written under `gpus:`.
  package static let device = parsed(
    "a GPU",
    pattern:
      "^(?!(amd|intel|vulkan|nvidia\\.com/gpu)=0[0-9]+$)(nvidia|(amd|intel|vulkan)(=([0-9]{1,2}|renderD[0-9]{1,3}))?"
      + "|[A-Za-z0-9][A-Za-z0-9._-]*\\.[A-Za-z0-9._-]*/[A-Za-z0-9_-]+=[A-Za-z0-9._:-]+)$",
    examples: ["nvidia", "nvidia.com/gpu=0", "amd=0", "intel=renderD128", "vulkan"],
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let device = Accelerator(text) else {
      throw Refusal(
        "must name GPUs as 'nvidia', 'nvidia.com/gpu=0', 'amd', 'intel' or 'vulkan', found '\(text.abbreviated)'",
        help: text == "all"
          ? "write '[nvidia]' for all GPUs of NVIDIA"
          : Int(text) != nil
            ? "write 'nvidia.com/gpu=\(text)', 'amd=\(text)' or 'intel=\(text)'"
            : text.hasPrefix("nvidia=")
              ? "write 'nvidia.com/gpu=\(text.dropFirst(7))'"
              : "for other GPUs, write the name from the CDI file: 'vendor.com/class=name'")
    }
    return device
  }
}

extension ValueType where Value == [Located<Accelerator>] {
  /// GPUs: a list, or a number of NVIDIA GPUs, which means the first ones.
  static let devices: Self = {
    let list = ValueType.list(of: .device, distinct: true)
    let count = ValueType<Int>.integer(1...64)
    return ValueType(
      name: "a list of GPUs, or a number of NVIDIA GPUs",
      schema: [.init("anyOf", [.set(list.schema), .set(count.schema)])], plain: list.plain,
      read: { node, reading in
        guard let text = node.scalar?.text, let number = Int(text) else {
          return list.read(node, reading)
        }
        guard number != 0 else {
          reading.refuse(
            node, found: text, outOf: 1...64,
            help: "write '[]' for no GPU, or '[nvidia.com/gpu=0]' for the first one of NVIDIA")
          return nil
        }
        guard let count = count.read(node, reading) else { return nil }
        return (0..<count).compactMap { Accelerator("nvidia.com/gpu=\($0)") }
          .map { Located($0, node.range) }
      })
  }()
}

extension ValueType where Value == CacheChoice {
  static let cache = parsed(
    "'shared', 'own' or a folder", pattern: #"^(shared|own|/.*|~/(?!.*\.volume(/|$)).*)$"#,
    plain: { choice in
      switch choice {
      case .shared: "shared"
      case .own: "own"
      case .folder(let path): .text(path.text)
      }
    }
  ) { (text) throws(Refusal) in
    switch text {
    case "shared": return .shared
    case "own": return .own
    default:
      guard let path = HostPath(text) else {
        throw Refusal(
          "must be 'shared', 'own' or a folder such as '~/.cache/huggingface', found '\(text.abbreviated)'"
        )
      }
      return .folder(try path.refusingUnits())
    }
  }
}

extension ValueType where Value == MemoryLimit {
  static let memoryLimit = ValueType(
    name: "a size or 'unlimited'",
    schema: [
      .init(
        "anyOf", [.set([.init("const", "unlimited")]), .set(ValueType<ByteCount>.byteCount.schema)])
    ],
    plain: { limit in
      switch limit {
      case .limited(let count): .integer(count.bytes)
      case .unlimited: "unlimited"
      }
    },
    read: { node, reading in
      if node.scalar?.text == "unlimited" { return .unlimited }
      return ValueType<ByteCount>.byteCount.read(node, reading).map { .limited($0) }
    })
}

extension ValueType where Value == PodmanVersion {
  static let podmanVersion = parsed(
    "a version",
    pattern: #"^(4\.(9|[1-9][0-9]{1,2})|([5-9]|[1-9][0-9]{1,2})\.[0-9]{1,3})(\.[0-9]{1,3})?$"#,
    numeric: true, plain: { .text($0.text) }
  ) {
    (text) throws(Refusal) in
    guard let version = PodmanVersion(text) else {
      throw Refusal(
        "must be a Podman version such as \"5.4\", found '\(text.abbreviated)'",
        help: "'podman --version' shows it")
    }
    guard version >= .oldest else {
      throw Refusal(
        "is \(text), but amm supports Podman \(PodmanVersion.oldest.text) and later",
        help: "update Podman")
    }
    return version
  }
}

extension ValueType where Value == ResourceName {
  /// A name that is valid for systemd, Podman and Nix.
  ///
  /// - Parameters:
  ///   - what: The type's name in messages, with its article.
  ///   - isKey: Whether it is a key of the mapping that messages name.
  static func resourceName(_ what: String, asKey isKey: Bool = false) -> Self {
    parsed(
      what, pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", numeric: !isKey,
      plain: { .text($0.text) }
    ) { (text) throws(Refusal) in
      guard let name = ResourceName(text) else {
        let plain = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        let example = ResourceName(plain) == nil ? "" : ", such as '\(plain)'"
        throw Refusal(
          isKey
            ? "has the invalid name '\(text.abbreviated)'"
            : "must be \(what), found '\(text.abbreviated)'",
          help: "use at most 63 letters, digits, '-' and '_'\(example)")
      }
      return name
    }
  }

  /// A network's name, which must not be one of Podman's network modes (Podman 5.4.2,
  /// pkg/domain/infra/abi/network.go).
  static let networkName = parsed(
    "a network's name",
    pattern: "^(?!(\(podmanNetworkModes.joined(separator: "|")))$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}$",
    numeric: true, plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard !podmanNetworkModes.contains(text.lowercased()) else {
      throw Refusal(
        "must not be '\(text)', which is one of Podman's network modes",
        help: "choose another name, such as 'local-ai'")
    }
    guard let name = ResourceName(text) else {
      throw Refusal(
        "must be a network's name of letters, digits, '-' and '_', at most 63, found '\(text.abbreviated)'"
      )
    }
    return name
  }
}

private let podmanNetworkModes = [
  "bridge", "container", "default", "host", "none", "ns", "pasta", "private", "slirp4netns",
]
