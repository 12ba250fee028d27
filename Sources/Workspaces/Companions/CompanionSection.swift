package import Deployments
import Diagnostics
package import Profiles
package import Schema
import Values
import YAML

/// A program that runs with the servers, as it is written under `companions:`.
package struct CompanionSection: Record {
  package var kind: Located<String>?
  package var port: Located<Int>?
  package var uses: Located<[Located<ResourceName>]>?
  package var target: Located<ResourceName>?
  package var description: Located<PlainText>?
  package var bind: Located<BindAddress>?
  package var start: Located<CompanionStart>?
  package var stopAfterIdle: Located<IdleTime>?
  package var apiKey: Located<SecretChoice>?
  package var image: Located<ImageReference>?
  package var containerPort: Located<Int>?
  package var arguments: Located<[Located<Argument>]>?
  package var environment: Located<Environment>?
  package var secrets: Located<[Pair<EnvironmentVariable.Name, SecretChoice>]>?
  package var volumes: Located<[Located<VolumeChoice>]>?
  package var gpus: Located<[Located<Accelerator>]>?
  package var healthCommand: Located<PlainText>?

  package init() {}

  package static let fields = FieldTable<CompanionSection, Never>([
    Field(
      "kind", \.kind,
      .word(
        among: CompanionKinds.all.map { $0.name }, plain: { .text($0) },
        find: { CompanionKinds.named($0) == nil ? nil : $0 }), required: true,
      "The program: \(CompanionKinds.all.map { "'\($0.name)' (\($0.summary))" }.joined(separator: ", "))."
    ),
    Field(
      "port", \.port, .integer(1...65535), required: true,
      "The port of this machine that the program is reachable on."),
    Field(
      "for", \.uses, .list(of: .resourceName("an instance's name"), distinct: true),
      default: "all instances that it can use", "The instances that it uses."),
    Field(
      "target", \.target, .resourceName("a target's name"), default: "those of its instances",
      "The target that runs the program."),
    Field(
      "description", \.description, .plainText, default: "the kind and the name",
      "The purpose of the program, on one line."),
    Field(
      "bind", \.bind, .bindAddress, default: "127.0.0.1",
      "The address of this machine that the port is opened on; 0.0.0.0 means all addresses."),
    Field(
      "start", \.start, .choice(), default: "boot",
      "When the program starts: with the user's session, or only by hand."),
    Field(
      "stop_after_idle", \.stopAfterIdle, .idleTime, default: "never",
      "How long a server that 'llama-swap' started may have no request before it stops."),
    Field(
      "api_key", \.apiKey, .secret,
      "The secret or file with the key that clients of 'litellm' must send, never the key itself."),
    Field("image", \.image, .image, default: "the kind's", "The container image."),
    Field(
      "container_port", \.containerPort, .integer(1...65535), default: "the kind's",
      "The port that a 'custom' program listens on in its container."),
    Field(
      "arguments", \.arguments, .list(of: .argument),
      "The arguments of a 'custom' program."),
    Field(
      "environment", \.environment, .environment,
      "Additional variables, which override those that amm sets."),
    Field(
      "secrets", \.secrets, .map(from: .variableName, to: .secret),
      "Variables with secrets: 'VARIABLE: SECRET'."),
    Field(
      "volumes", \.volumes, .list(of: .volume),
      "Additional host folders or volumes: 'SOURCE:TARGET[:ro]'."),
    Field(
      "gpus", \.gpus, .list(of: .device, distinct: true), default: "[]",
      "GPUs, as for instances, for a 'custom' program that computes."),
    Field(
      "health_command", \.healthCommand, .plainText, default: "the kind's",
      "A command in the image that succeeds when the program responds."),
  ])
}

/// When a companion starts.
package enum CompanionStart: String, Sendable, CaseIterable { case boot, manual }

/// A companion with its name, as it is written.
package struct CompanionDraft: Sendable {
  package let name: Located<ResourceName>
  /// The settings.
  package let section: CompanionSection
  /// The place of the settings in the file.
  let range: SourceRange
  /// The kind, or nil if it is not valid.
  let kind: (any CompanionKind.Type)?

  init(_ pair: Pair<ResourceName, CompanionSection>) {
    name = pair.name
    section = pair.item.value
    range = pair.item.range
    kind = section.kind.flatMap { CompanionKinds.named($0.value) }
  }

  /// The host address that it listens on.
  package var bind: BindAddress { section.bind?.value ?? .loopback }
  /// The image of its container, without a digest from a lock; nil if it has none.
  var image: ImageReference? {
    guard let kind, !kind.unused.contains("image") else { return nil }
    return section.image?.value ?? kind.image
  }
  /// The companion as an instance, for checks of ports, mounts, variables and secrets, and for the
  /// permissions of its container.
  var instance: Instance {
    var settings = InstanceSettings()
    settings.target = section.target
    settings.bind = section.bind
    settings.volumes = section.volumes
    settings.environment = section.environment
    settings.secrets = section.secrets
    settings.apiKey = section.apiKey
    settings.gpus = section.gpus ?? Located([], name.range)
    return Instance(
      name: name, port: section.port, backendPort: nil, description: section.description?.value,
      own: SharedSettings(settings), defaults: .none, active: nil)
  }
}
