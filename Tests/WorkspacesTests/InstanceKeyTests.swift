import Deployments
import Diagnostics
import Profiles
import Schema
import Targets
import Testing
import Values
import Workspaces
import YAML

/// Every key of `instances.yaml` changes what is deployed, or what is checked.
struct InstanceKeyTests {
  /// A setting of an instance with two values, neither of them the default.
  struct Setting: CustomTestStringConvertible {
    let path: [String]
    let one: Value
    let other: Value

    init(_ path: String, _ one: Value, _ other: Value) {
      self.path = path.split(separator: ".").map(String.init)
      self.one = one
      self.other = other
    }

    var testDescription: String { path.joined(separator: ".") }
  }

  static let settings = [
    Setting("bind", "127.0.0.2", "::1"),
    Setting("auto_start", false, true),
    Setting("start", "on-demand", "manual"),
    Setting("gpus", ["amd"], ["nvidia.com/gpu=1"]),
    Setting("on_unhealthy", "restart", "nothing"),
    Setting("secrets", .set(["A_TOKEN": "one"]), .set(["A_TOKEN": .set(["secret": "other"])])),
    Setting("api_key", "one", .set(["environment_file": "~/key.env"])),
    Setting("selinux", "shared", "off"),
    Setting("shm_size", "2GB", "4GB"),
    Setting("ipc", "host", "private"),
    Setting("ulimits", .set(["memlock": "unlimited"]), .set(["memlock": 1024])),
    Setting("init", true, false),
    Setting("keep_groups", true, false),
    Setting("wait_for_network", false, true),
    Setting("compile_cache", false, true),
    Setting("entrypoint", "/bin/one", "/bin/other"),
    Setting("labels", .set(["a": "1"]), .set(["a": "2"])),
    Setting("extra_ports", ["9100:9100"], ["127.0.0.1:9101:9101"]),
    Setting("read_only", true, false),
    Setting("user", "1000", "1000:1000"),
    Setting("log_driver", "none", "journald"),
    Setting("auto_update", "registry", "local"),
    Setting(
      "quadlet.Unit", .set(["JobTimeoutSec": "6"]), .set(["JobTimeoutSec": "5"])),
    Setting("quadlet.Service", .set(["Nice": 5]), .set(["Nice": 6])),
    Setting("quadlet.Container", .set(["HostName": "a"]), .set(["HostName": "b"])),
    Setting(
      "quadlet", .set(["Container": .set(["Timezone": "local"])]),
      .set(["Container": .set(["Timezone": "UTC"])])),
    Setting("cache", "own", "~/models"),
    Setting("limits.ram", "10GB", "20GB"),
    Setting("limits.cpu_cores", 4, 6),
    Setting("volumes", ["~/a:/a:ro"], ["data:/b"]),
    Setting("environment", .set(["A": "default"]), .set(["A": "own"])),
    Setting("podman", "5.4", "5.6"),
    Setting("token", .set(["secret": "one"]), .set(["environment_file": "~/token.env"])),
    Setting("token.secret", "one", "other"),
    Setting("token.environment_file", "~/one.env", "/srv/other.env"),
    Setting("start_timeout", 900, 1200),
  ]

  /// What is checked and not deployed: a value that is right, one that is wrong, and the rule that says so.
  static let checked: [(path: String, right: Value, wrong: Value, rule: String)] = [
    ("runtimes", ["tgi"], ["vllm"], "runtime-not-accepted"),
    ("host.nvidia_driver", "580", "old", "bad-value"),
    ("host.ram", "64GB", "1GB", "host-ram"), ("host.cpu_cores", 64, 1, "host-cores"),
    (
      "host.gpus", [.set(["device": "nvidia.com/gpu=0", "memory": "64GB"])],
      [.set(["device": "nvidia.com/gpu=0", "memory": "1GB"])], "host-gpu-memory"
    ),
    (
      "targets", .set(["one": .set(["kind": "podman"])]),
      .set([
        "one": .set(["kind": "podman", "hostname": "a"]),
        "two": .set(["kind": "podman", "hostname": "a"]),
      ]), "podman-twice"
    ),
  ]

  private static let instance = ["instances", "main"]
  static let base: Value = .set([
    "version": 1, "instances": .set(["main": .set(["port": 8080])]),
  ])

  static func read(
    _ document: Value, by runtime: String = "tgi", instances: [String] = ["main"]
  ) throws -> Outcome<Workspace> {
    let text = """
      name: tgi
      category: \(runtime == "tei" ? "embedding" : "coding")
      source: {type: \(runtime == "ollama" ? "ollama" : "huggingface"), model_id: org/model}
      container: {runtime: \(runtime)}
      resources: {ram: 6GB, cpu_cores: 2, gpu_memory_min: 8GB}

      """
    let profile = try #require(Profile.read(SourceFile(path: "p.yaml", text: text)).value)
    let active = ActiveProfile(id: "x/tgi", profile: profile)
    let source = SourceFile(path: "instances.yaml", text: JSON.line(document) + "\n")
    let links = instances.map {
      ActiveLink(instance: $0, path: "active/\($0).yaml", state: .profile(active.id, active))
    }
    let location = WorkspaceLocation(activeFolder: "active", folder: "/home/me/w", home: "/home/me")
    return Composer.compose(source).then {
      Workspace.read($0, from: source, links: links, location: location)
    }
  }

  private static func workspace(_ document: Value) throws -> Workspace {
    let outcome = try read(document)
    try #require(
      !outcome.diagnostics.contains { $0.severity == .error },
      "\(outcome.diagnostics.map(\.message))")
    return try #require(outcome.value)
  }

  static func deployment(_ document: Value) throws -> Deployment {
    try workspace(document).deployment
  }

  private static func all(_ setting: Setting, _ value: Value, in document: Value = base) -> Value {
    document.setting(["defaults"] + setting.path, to: value)
  }

  private static func own(_ setting: Setting, _ value: Value, in document: Value = base) -> Value {
    document.setting(instance + setting.path, to: value)
  }

  @Test(arguments: settings)
  func `a setting changes the deployment, for all and for one, whose own wins`(
    setting: Setting
  ) throws {
    let plain = try Self.workspace(Self.base)
    let forAll = try Self.workspace(Self.all(setting, setting.one))
    let forOne = try Self.workspace(Self.own(setting, setting.one))
    let other = try Self.workspace(Self.own(setting, setting.other))
    #expect(forAll.deployment == forOne.deployment && forAll.files() == forOne.files())
    #expect(forAll.files() != plain.files() && forAll.files() != other.files())
    // A release changes how a deployment is written, not the deployment.
    let isForTargets = ["podman", "quadlet"].contains(setting.path[0])
    #expect((forAll.deployment == plain.deployment) == isForTargets)
    #expect((forAll.deployment == other.deployment) == isForTargets)
    let both = try Self.workspace(
      Self.own(setting, setting.other, in: Self.all(setting, setting.one)))
    #expect(both.deployment == other.deployment, "the instance's own does not win")
    #expect(both.files() == other.files(), "the instance's own does not win")
  }

  @Test(arguments: checked)
  func `what is not deployed is checked`(
    path: String, right: Value, wrong: Value, rule: String
  ) throws {
    let path = path.split(separator: ".").map(String.init)
    for place in path[0] == "runtimes" ? [["defaults"], Self.instance] : [[]] {
      let refused = try Self.read(Self.base.setting(place + path, to: wrong))
      #expect(refused.diagnostics.map(\.rule.code) == [rule])
      let accepted = try Self.read(Self.base.setting(place + path, to: right))
      #expect(accepted.diagnostics.isEmpty)
    }
  }

  @Test func `variables of all and of one come together, and both win over the profile's`() throws {
    let all = Self.base.setting(["defaults", "environment"], to: .set(["A": "all", "B": "all"]))
    let both = all.setting(
      Self.instance + ["environment"], to: .set(["B": "own", "PORT_RANGE": "1"]))
    let server = try #require(try Self.deployment(both).workloads.first).server
    let words = server.environment.map { "\($0.name.text)=\($0.value)" }
    #expect(words == words.sorted())
    #expect(Set(["A=all", "B=own", "PORT_RANGE=1", "MODEL_ID=org/model"]).isSubset(of: words))
  }

  /// A file of the workspace is committed with it.
  @Test(arguments: [["token"], ["api_key"], ["secrets", "A_TOKEN"]])
  func `a secret does not lie in the workspace`(path: [String]) throws {
    for (file, rules) in [("~/w/key.env", ["secret-source"]), ("~/key.env", [])] {
      let reference: Value = .set(["environment_file": .text(file)])
      let read = try Self.read(Self.base.setting(Self.instance + path, to: reference))
      #expect(read.diagnostics.map(\.rule.code) == rules)
    }
  }

  /// Podman's secrets hold one value; targets whose secrets hold several get its name.
  @Test func `a value of a secret keeps its name`() throws {
    let reference: Value = .set(["secret": "keys", "key": "main"])
    let document = Self.base.setting(Self.instance + ["secrets", "A_TOKEN"], to: reference)
    let server = try #require(try Self.deployment(document).workloads.first).server
    let name = try #require(SecretName("keys"))
    #expect(server.secrets.map(\.source) == [.stored(name, key: SecretKey("main"))])
  }

  /// As Podman's generator 5.8 takes them, and Podman starts them.
  @Test(arguments: [
    ("type=bind,source=/a,destination=/b", true), ("source=a,target=/b", true),
    ("type=tmpfs,destination=/b", true), ("type=glob,src=/a/*", true),
    ("tmpfs", false), ("type=bind,src=,dst=/b", false), ("type=bind,source=/a", false),
    ("type=image,source=a.image,destination=/b", false),
  ])
  func `a mount has a source that is there`(mount: String, isRight: Bool) throws {
    let read = try Self.read(
      Self.base.setting(
        Self.instance + ["quadlet"],
        to: .set(["unsafe": true, "Container": .set(["Mount": .text(mount)])])))
    #expect(read.diagnostics.map(\.rule.code) == (isRight ? [] : ["bad-value"]))
  }

  @Test(arguments: [true, false])
  func `what opens the host is asked for`(isUnsafe: Bool) throws {
    let read = try Self.read(
      Self.base.setting(
        Self.instance + ["quadlet"],
        to: .set([
          "Container": .set(["AddCapability": "SYS_NICE"]), "unsafe": .boolean(isUnsafe),
        ])))
    #expect(read.diagnostics.map(\.rule.code) == (isUnsafe ? [] : ["quadlet-opens-host"]))
  }

  /// Each is short enough for itself, and a unit has each % twice.
  @Test(arguments: ["labels", "quadlet"])
  func `what an instance adds fits into a unit`(key: String) throws {
    for (count, rules) in [(10, []), (150, ["launch-too-long"])] {
      let long = Value.text(String(repeating: "%", count: 4000))
      let added: Value =
        key == "labels"
        ? .set((0..<count).map { .init("label-\($0)", long) })
        : .set(["Container": .set(["DNS": .list(Array(repeating: long, count: count))])])
      let read = try Self.read(Self.base.setting(Self.instance + [key], to: added))
      #expect(read.diagnostics.map(\.rule.code) == rules)
    }
  }

  @Test func `keys for units of all and of one come together`() throws {
    let all = Self.base.setting(
      ["defaults", "quadlet"],
      to: .set(["Container": .set(["DNS": "1.1.1.1", "Timezone": "local"])]))
    let both = all.setting(
      Self.instance + ["quadlet"],
      to: .set(["Container": .set(["DNS": ["9.9.9.9"], "Timezone": "UTC"])]))
    let unit = try #require(
      try Self.workspace(both).files().first { $0.path.hasSuffix("main.container") })
    let lines = unit.text.split(separator: "\n").filter {
      $0.hasPrefix("DNS=") || $0.hasPrefix("Timezone=")
    }
    #expect(lines == ["DNS=1.1.1.1", "DNS=9.9.9.9", "Timezone=UTC"])
  }

  @Test func `limits of the profile hold until the workspace says else`() throws {
    func limits(_ document: Value) throws -> Limits {
      try #require(try Self.deployment(document).workloads.first).server.limits
    }
    #expect(try limits(Self.base) == Limits(memory: ByteCount("6GB"), cores: 2))
    let part = Self.base.setting(["defaults", "limits", "ram"], to: "unlimited")
    #expect(try limits(part) == Limits(memory: nil, cores: 2))
  }

  @Test func `port, description and network stand in the deployment`() throws {
    var document = Self.base.setting(Self.instance + ["port"], to: 9090)
    document = document.setting(Self.instance + ["description"], to: "the one")
    let plan = try Self.deployment(document.setting(["network"], to: "lab"))
    let server = try #require(plan.workloads.first).server
    #expect(server.exposure == Exposure(.loopback, Port(literal: 9090), to: Port(literal: 8080)))
    #expect(server.description.text == "the one")
    #expect(plan.network.text == "lab" && server.network.text == "lab")
  }

  @Test func `each target's files lie in a folder of its name`() throws {
    let targets: Value = .set([
      "here": .set(["kind": "podman"]), "stack": .set(["kind": "compose"]),
    ])
    let plain = try Self.workspace(Self.base)
    let both = try Self.workspace(Self.base.setting(["targets"], to: targets))
    #expect(both.deployment == plain.deployment)
    let here = both.files().filter { $0.path.hasPrefix("here/") }
    #expect(here.map { $0.path.dropFirst(5) } == plain.files().map { $0.path[...] })
    #expect(here.map(\.text) == plain.files().map(\.text))
    #expect(both.files().map(\.path).filter { !$0.hasPrefix("here/") } == ["stack/compose.yaml"])
  }

  @Test func `how it is applied is read`() throws {
    let apply: Value = .set(["method": "command", "command": ["./deploy", "--now"]])
    let command = try #require(try Self.read(Self.base.setting(["apply"], to: apply)).value).apply
    #expect(command.method?.value == .command)
    #expect(command.command?.value.map(\.value.text) == ["./deploy", "--now"])
    let home: Value = .set(["method": "home-manager", "arguments": ["--flake", ".#me"]])
    let arguments = try #require(try Self.read(Self.base.setting(["apply"], to: home)).value).apply
    #expect(arguments.method?.value == .homeManager)
    #expect(arguments.arguments?.value.map(\.value.text) == ["--flake", ".#me"])
  }

  /// A key that is added to a table and stands in no case above fails here.
  @Test func `no key is forgotten`() {
    let schema = InstancesDocument.fields.document(title: "", id: "")
    let section = schema["properties"]?["instances"]?["additionalProperties"] ?? .set([])
    let named = Set(
      Self.settings.map(\.testDescription) + Self.checked.map(\.path)
        + ["version", "network", "apply.method", "apply.arguments", "apply.command", "instances"]
        + ["port", "description", "quadlet.unsafe"]
        // StartTests, CompanionTests and TargetTests.
        + ["target", "replicas", "span"]
        + [
          "stop_after_idle", "exclusive", "drain", "backend_port", "models", "model_name",
          "companions",
        ])
    for leaf in ExtremeValues.leaves(of: schema) + ExtremeValues.leaves(of: section) {
      let path = leaf.path.first == "defaults" ? Array(leaf.path.dropFirst()) : leaf.path
      #expect(named.contains(path.joined(separator: ".")), "\(leaf.name) is in no case")
    }
  }
}
