package import Deployments
import Diagnostics
package import Memory
import Profiles
package import Schema
import Targets
import Text
import Values
import YAML

/// The file `instances.yaml` as it is written.
package struct InstancesDocument: Record {
  package var version: Located<Int>?
  package var network: Located<ResourceName>?
  package var host: Located<HostSettings>?
  package var apply: Located<ApplySettings>?
  package var targets: Located<[Pair<ResourceName, TargetSection>]>?
  /// The settings for all instances, which each instance can override.
  package var defaults = InstanceSettings()
  package var instances: Located<[Pair<ResourceName, InstanceSection>]>?
  package var companions: Located<[Pair<ResourceName, CompanionSection>]>?

  package init() {}

  package static let fields = FieldTable<InstancesDocument, Never>([
    Field(
      "version", \.version, .integer(1...1), required: true,
      "The version of this format, which is 1."),
    Field(
      "network", \.network, .networkName, default: "local-ai",
      "The Podman network that all instances join."),
    Field("host", \.host, section: HostSettings.self, "The hardware of the machine, for checks."),
    Field(
      "apply", \.apply, section: ApplySettings.self,
      "How 'amm switch' applies the generated files to the machine."),
    Field(
      "targets", \.targets,
      .map(from: .resourceName("a target's name", asKey: true), to: .record(TargetSection.self)),
      default: "one of the kind 'podman', with its files directly in 'generated/'",
      "The targets to generate files for, by name. Each target has a folder with its name."),
    Field(
      section: "defaults", \.defaults,
      "The settings for all instances, which each instance can override."),
    Field(
      "instances", \.instances,
      .map(
        from: .resourceName("an instance's name", asKey: true), to: .record(InstanceSection.self)),
      required: true, "The servers, by name."),
    Field(
      "companions", \.companions,
      .map(
        from: .resourceName("a companion's name", asKey: true), to: .record(CompanionSection.self)),
      "Programs that run with the servers, such as web pages and routers, by name."),
  ])
}

/// An instance.
package struct InstanceSection: Record {
  package static func meant(by key: String) -> String? { InstanceSettings.meant(by: key) }

  package static func section(meantBy text: String) -> String? {
    let port = Int(text) ?? 0
    return "{port: \((1...65535).contains(port) ? port : 8080)}"
  }

  package var port: Located<Int>?
  package var backendPort: Located<Int>?
  package var models: Located<[Located<String>]>?
  package var modelName: Located<Argument>?
  package var replicas: Located<Int>?
  package var span: Located<Int>?
  package var description: Located<PlainText>?
  package var settings = InstanceSettings()
  package var written = FieldSet()

  package init() {}

  /// Whether it has a setting that could be in `defaults`.
  var hasSettings: Bool { !written.isBelow(Self.ownFields.count) }

  package static let fields = FieldTable<InstanceSection, Never>(
    ownFields + InstanceSettings.fields.fields(of: \.settings))

  /// The fields that `defaults` does not have.
  private static let ownFields: [Field<InstanceSection, Never>] =
    [
      Field(
        "port", \.port, .integer(1...65535), required: true,
        "The port of this machine that the server is reachable on."),
      Field(
        "backend_port", \.backendPort, .integer(1...65535),
        default: "10000 above 'port', or below it",
        "The server's own port if it starts on demand: a socket holds 'port'."),
      Field(
        "model_name", \.modelName, .servedName, default: "the profile's",
        "A name for the model that stays the same when the instance is switched."),
      Field(
        "models", \.models, .list(of: .text(limit: 200), distinct: true),
        "Profiles of further models on the same server, for llama.cpp and Ollama: 'coding/other'."),
      Field(
        "replicas", \.replicas, .integer(1...1000), default: "1",
        "How many equal servers a cluster runs."),
      Field(
        "span", \.span, .integer(2...64), default: "1",
        "The number of nodes of a cluster that one server of vLLM or SGLang spans, each with the GPUs of 'gpus'."
      ),
      Field(
        "description", \.description, .plainText, default: "'Model server' and the name",
        "The purpose of the instance, on one line."),
    ]
}

/// The section `host`.
package struct HostSettings: Record {
  package var gpus: Located<[Located<HostGPU>]>?
  package var ram: Located<ByteCount>?
  package var cpuCores: Located<Int>?
  /// The version of the NVIDIA driver.
  package var nvidiaDriver: Located<Release>?

  package init() {}

  package static let fields = FieldTable<HostSettings, Never>([
    Field("gpus", \.gpus, .list(of: .record(HostGPU.self)), "The GPUs."),
    Field(
      "nvidia_driver", \.nvidiaDriver, .driver,
      "The version of the NVIDIA driver, as 'nvidia-smi' shows it."),
    Field("ram", \.ram, .byteCount, "Main memory."),
    Field("cpu_cores", \.cpuCores, .integer(1...4096), unit: "cores", "Processor cores."),
  ])
}

/// A GPU of the host.
package struct HostGPU: Record {
  package var device: Located<Accelerator>?
  package var memory: Located<ByteCount>?
  /// The GPU's name, as its vendor or the user writes it.
  package var name: Located<String>?
  package var compute: Located<ComputeCapability>?
  package var uuid: Located<String>?

  package init() {}

  package static func section(meantBy text: String) -> String? {
    "{device: \(Accelerator(text) == nil ? "nvidia.com/gpu=0" : text), memory: 24GB}"
  }

  package static let fields = FieldTable<HostGPU, Never>([
    Field(
      "device", \.device, .device, required: true,
      "The GPU as instances name it: 'nvidia.com/gpu=0', 'amd=0' or 'intel'."),
    Field("memory", \.memory, .byteCount, required: true, "The GPU's memory."),
    Field(
      "name", \.name, .text(limit: 100),
      "The model, such as 'RTX 3090'. amm knows the compute capability of common GPUs."),
    Field(
      "compute", \.compute, .computeCapability, default: "that of 'name'",
      "NVIDIA's compute capability, such as '8.6'."),
    Field(
      "uuid", \.uuid, .uuidOfGPU, "NVIDIA's UUID, if instances name the GPU by it."),
  ])
}

extension ValueType where Value == String {
  /// `GPU-…`, as 'nvidia-smi -L' shows it, or `MIG-…`.
  fileprivate static let uuidOfGPU = parsed(
    "NVIDIA's UUID of a GPU", limit: 64, pattern: "^([Gg][Pp][Uu]|[Mm][Ii][Gg])-[A-Za-z0-9-]+$",
    plain: { .text($0) }
  ) { (text) throws(Refusal) in
    let text = Accelerator.Selection.normalized(text)
    guard ["GPU-", "MIG-"].contains(where: { text.hasPrefix($0) }), text.utf8.count > 4,
      text.utf8.allSatisfy({ $0.isASCIIAlphanumeric || $0 == 0x2D })
    else {
      throw Refusal(
        "must be a UUID such as 'GPU-2f68f999-…', found '\(text.abbreviated)'",
        help: "'nvidia-smi -L' shows it")
    }
    return text
  }
}

extension ValueType where Value == Release {
  /// `580.65.06`: a driver branch, optionally with the numbers of a version.
  fileprivate static let driver = parsed(
    "a driver version such as '580.65'", pattern: #"^[0-9]{3}(\.[0-9]{1,4}){0,2}$"#,
    numeric: true, examples: ["580", "570.86.10"], plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), parts[0].utf8.count == 3,
      parts.dropFirst().allSatisfy({ (1...4).contains($0.utf8.count) }),
      parts.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIDigit) }), let release = Release(tag: text)
    else {
      throw Refusal(
        "must be a driver version such as '580.65', found '\(text.abbreviated)'")
    }
    return release
  }
}

extension ValueType where Value == ComputeCapability {
  /// `8.6`: text, because 12.0 is not the same as 12.
  fileprivate static let computeCapability = parsed(
    "a compute capability such as '8.6'", pattern: #"^[0-9]{1,2}\.[0-9]{1,2}$"#, numeric: true,
    examples: ["8.6", "12.0"], plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let capability = ComputeCapability(text) else {
      throw Refusal("must be a compute capability such as '8.6', found '\(text.abbreviated)'")
    }
    return capability
  }
}
