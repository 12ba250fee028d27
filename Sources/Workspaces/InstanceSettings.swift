package import Deployments
package import Profiles
package import Schema
package import Targets
import Values
import YAML

/// What can be set for all instances at once, under `defaults:`, or for each.
package struct InstanceSettings: Record {
  package var bind: Located<BindAddress>?
  package var autoStart: Located<Bool>?
  package var runtimes: Located<[Located<String>]>?
  package var gpus: Located<[Located<Accelerator>]>?
  package var cache: Located<CacheChoice>?
  /// The most that the container may use; nothing where nothing is written.
  package var limits = LimitSettings()
  package var volumes: Located<[Located<VolumeChoice>]>?
  package var environment: Located<Environment>?
  package var podman: Located<PodmanVersion>?
  package var token: Located<TokenSettings>?
  package var startTimeout: Located<Int>?

  package init() {}

  package static let fields = FieldTable<InstanceSettings, Never>([
    Field(
      "bind", \.bind, .bindAddress, default: "127.0.0.1",
      "The address of this machine that the port is opened on; 0.0.0.0 is every one."),
    Field(
      "auto_start", \.autoStart, .boolean, default: "true",
      "Whether the server is started with the user's session."),
    Field(
      "runtimes", \.runtimes,
      .list(
        of: .word(
          among: Runtimes.names, plain: { .text($0) },
          find: { Runtimes.names.contains($0) ? $0 : nil }), distinct: true),
      default: "any", "The runtimes whose profiles the instance may serve."),
    Field(
      "gpus", \.gpus, .list(of: .device, distinct: true), default: "[nvidia]",
      "GPUs: 'nvidia', 'nvidia.com/gpu=0' or 'amd'; [] for none."),
    Field(
      "cache", \.cache, .cache, default: "shared where the runtime allows it, else own",
      "Where models are kept: 'shared' with other instances, 'own', or a folder."),
    Field(section: "limits", \.limits, "What the server may take, in place of the profile's."),
    Field(
      "volumes", \.volumes, .list(of: .volume),
      "More of the host for the server to see: 'SOURCE:TARGET[:ro]'."),
    Field(
      "environment", \.environment, .environment,
      "Extra variables; they win over the profile's."),
    Field(
      "podman", \.podman, .podmanVersion, default: PodmanVersion.oldest.text,
      "The Podman release that the files are written for."),
    Field(
      "token", \.token, section: TokenSettings.self,
      "Where the Hugging Face token comes from; never the token itself."),
    Field(
      "start_timeout", \.startTimeout, .integer(10...86400), unit: "seconds", default: "1800",
      "How long fetching the image, and then loading the model, may take."),
  ])
}

/// `limits`.
package struct LimitSettings: Record {
  package var ram: Located<MemoryLimit>?
  package var cpuCores: Located<Int>?

  package init() {}

  package static let fields = FieldTable<LimitSettings, Never>([
    Field("ram", \.ram, .memoryLimit, "Main memory, or 'unlimited'."),
    Field("cpu_cores", \.cpuCores, .integer(1...4096), unit: "cores", "Processor cores."),
  ])
}

/// `token`.
package struct TokenSettings: Record {
  package var secret: Located<ResourceName>?
  package var environmentFile: Located<HostPath>?

  package init() {}

  package static let fields = FieldTable<TokenSettings, Never>([
    Field(
      "secret", \.secret, .resourceName("a secret's name"),
      "The name of a Podman secret ('podman secret create hf-token FILE')."),
    Field(
      "environment_file", \.environmentFile, .hostPath,
      "A file with the line HF_TOKEN=…, outside the workspace, readable by you alone."),
  ])
}

/// Memory, or none of amm's business.
package enum MemoryLimit: Sendable {
  case limited(ByteCount)
  case unlimited
}

/// Where an instance keeps its models.
package enum CacheChoice: Sendable {
  case shared, own
  case folder(HostPath)
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
  /// A card, as `gpus:` names it.
  package static let device = parsed(
    "a GPU", pattern: "^(nvidia|amd|nvidia\\.com/gpu=[A-Za-z0-9._:-]+)$",
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let device = Accelerator(text) else {
      throw Refusal(
        "must name GPUs as 'nvidia', 'nvidia.com/gpu=0' or 'amd', found '\(text.abbreviated)'",
        help: Int(text) != nil ? "write 'nvidia.com/gpu=\(text)'" : nil)
    }
    return device
  }
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
        help: "'podman --version' tells")
    }
    guard version >= .oldest else {
      throw Refusal(
        "is \(text); amm writes for Podman \(PodmanVersion.oldest.text) and later",
        help: "update Podman")
    }
    return version
  }
}

extension ValueType where Value == ResourceName {
  /// A name for systemd, Podman and Nix.
  static func resourceName(_ what: String) -> Self {
    parsed(
      what, pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", plain: { .text($0.text) }
    ) { (text) throws(Refusal) in
      guard let name = ResourceName(text) else {
        throw Refusal(
          "must be \(what) of letters, digits, '-' and '_', at most 63, found '\(text.abbreviated)'"
        )
      }
      return name
    }
  }

  /// A network's name: not one of Podman's own words for ways to connect a container
  /// (Podman 5.4.2, pkg/domain/infra/abi/network.go).
  static let networkName = parsed(
    "a network's name",
    pattern: "^(?!(\(podmanNetworkModes.joined(separator: "|")))$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}$",
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard !podmanNetworkModes.contains(text.lowercased()) else {
      throw Refusal(
        "must not be '\(text)', which is one of Podman's own words for a network",
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
