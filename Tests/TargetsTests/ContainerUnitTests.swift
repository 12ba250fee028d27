import Deployments
import Targets
import Testing
import Values

/// Each choice of a container is a line of its unit, and stands in what home-manager gets.
struct ContainerUnitTests {
  /// A choice with the lines that it adds to the least of units.
  struct Choice: CustomTestStringConvertible {
    let lines: [String]
    var podman = PodmanVersion.oldest
    let make: @Sendable (inout Container) -> Void

    init(
      _ lines: String..., for podman: PodmanVersion = .oldest,
      make: @escaping @Sendable (inout Container) -> Void
    ) {
      self.lines = lines
      self.podman = podman
      self.make = make
    }

    var testDescription: String { lines.joined(separator: " ") }
  }

  private static func name(_ text: String) -> ResourceName {
    guard let name = ResourceName(text) else { preconditionFailure("'\(text)' is no name") }
    return name
  }

  private static var secret: SecretName {
    guard let name = SecretName("hf") else { preconditionFailure("no secret's name") }
    return name
  }

  private static func path(_ text: String) -> HostPath {
    guard let path = HostPath(text) else { preconditionFailure("'\(text)' is no path") }
    return path
  }

  private static func label(_ name: String, _ value: StaticString) -> ContainerLabel {
    guard let name = ContainerLabel.Name(name) else { preconditionFailure("no label's name") }
    return ContainerLabel(name, PlainText(literal: value))
  }

  private static let limits = [
    ResourceLimit(.memlock, soft: nil, hard: nil), ResourceLimit(.nofile, soft: 10, hard: 20),
  ]
  private static let now = PodmanVersion(5, 6)
  private static let token = EnvironmentVariable.Name(literal: "HF_TOKEN")

  static let choices: [Choice] = [
    Choice("Entrypoint=/bin/sh", for: now) { $0.entrypoint = PlainText(literal: "/bin/sh") },
    Choice("PodmanArgs=--entrypoint=/bin/sh") { $0.entrypoint = PlainText(literal: "/bin/sh") },
    Choice("Exec=--a \"b c\" \"50%%\" \"$$x\"") {
      $0.arguments = ["--a", "b c", "50%", "$x"].map { Argument(literal: $0) }
    },
    Choice("Environment=A=1", "Environment=\"B=x y\"") {
      $0.environment = [
        EnvironmentVariable("A", Argument(literal: "1")),
        EnvironmentVariable("B", Argument(literal: "x y")),
      ]
    },
    Choice("Secret=hf,type=env,target=HF_TOKEN") {
      $0.secrets = [SecretReference(token, from: .stored(secret))]
    },
    Choice("EnvironmentFile=%h/x.env") {
      $0.secrets = [SecretReference(token, from: .environmentFile(path("~/x.env")))]
    },
    Choice("EnvironmentFile=/run/x.env") {
      $0.secrets = [SecretReference(token, from: .environmentFile(path("/run/x.env")))]
    },
    Choice("Volume=models.volume:/data:ro,z") {
      $0.mounts = [
        Mount(
          .store(name("models")), at: ContainerPath(literal: "/data"),
          options: [.readOnly, .sharedLabel])
      ]
    },
    Choice("Volume=%h/m:/data") {
      $0.mounts = [Mount(.path(path("~/m")), at: ContainerPath(literal: "/data"))]
    },
    Choice("AddDevice=nvidia.com/gpu=1") { $0.accelerators = [.nvidia(.one("1"))] },
    Choice("AddDevice=nvidia.com/gpu=all") { $0.accelerators = [.nvidia(.all)] },
    Choice("AddDevice=/dev/kfd", "AddDevice=/dev/dri") { $0.accelerators = [.amd(.all)] },
    Choice("PodmanArgs=--group-add=keep-groups") { $0.security.groups = .ofUser },
    Choice("GroupAdd=keep-groups", for: now) { $0.security.groups = .ofUser },
    Choice("SecurityLabelDisable=true") { $0.security.labels = .unconfined },
    Choice("PodmanArgs=--memory=20g") { $0.limits.memory = ByteCount("20GB") },
    Choice("Memory=20g", for: now) { $0.limits.memory = ByteCount("20GB") },
    Choice("PodmanArgs=--cpus=6") { $0.limits.cores = 6 },
    Choice("ShmSize=1g") { $0.sharedMemory = .own(.gibibytes(1)) },
    Choice("PodmanArgs=--ipc=host") { $0.sharedMemory = .ofMachine },
    Choice("PodmanArgs=--ulimit=memlock=-1:-1", "PodmanArgs=--ulimit=nofile=10:20") {
      $0.resourceLimits = limits
    },
    Choice("Ulimit=memlock=-1:-1", "Ulimit=nofile=10:20", for: now) { $0.resourceLimits = limits },
    Choice("LogDriver=k8s-file") { $0.logDriver = .file },
    Choice("AutoUpdate=registry") { $0.imageUpdate = .registry },
    Choice("Label=a.b/c=1", "Label=\"d=two words\"") {
      $0.labels = [label("a.b/c", "1"), label("d", "two words")]
    },
    Choice("RunInit=true") { $0.hasInit = true },
    Choice("User=1000") { $0.security.user = ContainerUser("1000") },
    Choice("User=me", "Group=us") { $0.security.user = ContainerUser("me:us") },
    Choice("ReadOnly=true") { $0.security.isReadOnly = true },
    Choice("PublishPort=127.0.0.1:9100:9101") {
      $0.moreExposures = [Exposure(.loopback, Port(literal: 9100), to: Port(literal: 9101))]
    },
    Choice("DefaultDependencies=false", for: now) { $0.waitsForNetwork = false },
    // 5.2 does not wait, and has no such key.
    Choice(for: PodmanVersion(5, 2)) { $0.waitsForNetwork = false },
    Choice(
      "HealthStartupCmd=true", "HealthStartupInterval=10s", "HealthStartupTimeout=10s",
      "HealthCmd=true", "HealthInterval=30s", "HealthTimeout=10s", "HealthRetries=3"
    ) {
      $0.health = HealthCheck(.command(PlainText(literal: "true")), startPeriod: 900)
    },
    Choice(
      "HealthStartupCmd=true", "HealthStartupInterval=10s", "HealthStartupTimeout=10s",
      "HealthCmd=true", "HealthInterval=30s", "HealthTimeout=10s", "HealthRetries=3",
      "HealthOnFailure=kill"
    ) {
      $0.health = HealthCheck(.command(PlainText(literal: "true")), startPeriod: 900)
      $0.health?.consequence = .restart
    },
    Choice("AddDevice=/dev/kfd", "AddDevice=/dev/dri/renderD129") {
      $0.accelerators = [.amd(.one("renderD129"))]
    },
    Choice("AddDevice=/dev/kfd", "AddDevice=/dev/dri") {
      $0.accelerators = [.amd(.one("0")), .amd(.one("1"))]
    },
    Choice("AddDevice=/dev/dri") { $0.accelerators = [.intel(.all)] },
    Choice("AddDevice=/dev/dri/renderD128") { $0.accelerators = [.vulkan(.one("renderD128"))] },
    Choice("AddDevice=intel.com/gpu=card1") {
      $0.accelerators = [DeviceName("intel.com/gpu=card1")].compactMap { $0 }.map { .device($0) }
    },
    Choice("Requisite=a.service", "After=a.service") { $0.requires = [name("a")] },
    Choice("Wants=a.service", "Wants=b.service") { $0.wants = [name("a"), name("b")] },
    Choice("WantedBy=default.target") {
      $0.lifecycle = .server(start: .boot, startBudget: 60, grace: 5)
    },
    Choice("PodmanArgs=--stop-timeout=35", "TimeoutStartSec=900", "TimeoutStopSec=50") {
      $0.lifecycle = .server(start: .manual, startBudget: 900, grace: 35)
    },
    Choice(
      "StopWhenUnneeded=yes", "Notify=healthy", "TimeoutStartSec=1800", for: PodmanVersion(5, 4)
    ) {
      let activation = Activation(backend: Port(literal: 18080), idle: 900)
      $0.lifecycle = .server(start: .onDemand(activation), startBudget: 900, grace: 5)
    },
    Choice("Type=oneshot", "RemainAfterExit=yes", "TimeoutStartSec=infinity") {
      $0.lifecycle = .task
    },
    Choice("StartLimitIntervalSec=600", "StartLimitBurst=5", "RestartSec=15") {
      $0.restart = RestartPolicy(.onFailure, after: 15, limit: .init(attempts: 5, within: 600))
    },
    Choice("Restart=always") { $0.restart = RestartPolicy(.always, after: 10) },
  ]

  private static func lines(_ container: Container, _ podman: PodmanVersion) -> [String] {
    ContainerUnit(container, for: podman).file.text.split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("[") }
  }

  private static func least() throws -> Container {
    Container(
      name: name("main"), description: PlainText(literal: "a server"),
      image: try #require(ImageReference("example.org/server:1")), network: name("lab"),
      lifecycle: .server(start: .manual, startBudget: 60, grace: 5),
      restart: RestartPolicy(.onFailure, after: 10))
  }

  @Test func `the least of units has no more than it needs`() throws {
    #expect(
      Self.lines(try Self.least(), .oldest) == [
        "Description=a server", "ContainerName=main", "Image=example.org/server:1",
        "Network=lab.network", "NoNewPrivileges=true", "DropCapability=all",
        "PodmanArgs=--stop-timeout=5", "Restart=on-failure", "RestartSec=10", "TimeoutStartSec=60",
        "SuccessExitStatus=137 143", "TimeoutStopSec=20",
      ])
  }

  @Test(arguments: choices)
  func `a choice adds its lines and no others`(choice: Choice) throws {
    let least = Self.lines(try Self.least(), choice.podman)
    var container = try Self.least()
    choice.make(&container)
    let added = Self.lines(container, choice.podman).filter { !least.contains($0) }
    #expect(added == choice.lines)
  }

  @Test(arguments: choices)
  func `home-manager gets every line, and so does Podman`(choice: Choice) throws {
    var container = try Self.least()
    choice.make(&container)
    let workload = Workload(
      Provenance(profile: "x/main", runtime: "custom", model: "main"), server: container,
      exposure: Exposure(
        try #require(BindAddress("::1")), Port(literal: 8080), to: Port(literal: 80)),
      endpoint: Endpoint())
    let deployment = Deployment(network: container.network, workloads: [workload])
    let target = Podman(
      TargetSettings(podman: [container.name: PodmanSettings(release: choice.podman)]))
    let unit = try #require(
      target.render(deployment, as: Podman.quadlet).first { $0.path == "main.container" })
    let port = workload.backend
    let published = "PublishPort=\(port.address.bracketed):\(port.host.number):80"
    for line in choice.lines + [published] {
      #expect(unit.text.contains("\n\(line)\n"))
    }
    let nix = try #require(target.render(deployment, as: Podman.nix).first).text
      .replacing("podman-", with: "")
    for line in choice.lines + [published]
    where line != "WantedBy=default.target" {
      let equals = try #require(line.firstIndex(of: "="))
      let text = NixPrinter.quoted(String(line[equals...].dropFirst()))
      #expect(nix.contains(text), "\(line)")
    }
    #expect(nix.contains("autoStart = \(choice.lines == ["WantedBy=default.target"]);"))
  }

  /// `quadlet:` of an instance, at the end of its sections, escaped like everything else.
  @Test func `what is added stands in the unit and in what home-manager gets`() throws {
    let additions = UnitAdditions([
      .init(.unit, "Conflicts", [PlainText(literal: "other.service")]),
      .init(.container, "DNS", [PlainText(literal: "1.1.1.1"), PlainText(literal: "9.9.9.9")]),
      .init(.container, "Annotation", [PlainText(literal: "a=50% of $x")]),
      .init(.container, "HttpProxy", [PlainText(literal: "false")]),
      .init(.service, "Slice", [PlainText(literal: "100%.slice")]),
    ])
    let lines = [
      "Conflicts=other.service", "DNS=1.1.1.1", "DNS=9.9.9.9", "Annotation=\"a=50%% of $$x\"",
      "HttpProxy=false", "Slice=100%%.slice",
    ]
    let container = try Self.least()
    let workload = Workload(
      Provenance(profile: "x/main", runtime: "custom", model: "main"), server: container,
      exposure: Exposure(.loopback, Port(literal: 8080), to: Port(literal: 80)),
      endpoint: Endpoint())
    let deployment = Deployment(network: container.network, workloads: [workload])
    let settings = PodmanSettings(release: PodmanVersion(5, 8), additions: additions)
    let target = Podman(TargetSettings(podman: [container.name: settings]))
    let unit = try #require(
      target.render(deployment, as: Podman.quadlet).first { $0.path == "main.container" })
    let nix = try #require(target.render(deployment, as: Podman.nix).first).text
    for line in lines {
      #expect(unit.text.contains("\n\(line)\n"))
      let equals = try #require(line.firstIndex(of: "="))
      #expect(nix.contains(NixPrinter.quoted(String(line[equals...].dropFirst()))), "\(line)")
    }
  }

  /// Home-manager calls the units of containers `podman-NAME`.
  @Test func `other servers that a unit names are called as home-manager does`() throws {
    let container = try Self.least()
    let workload = Workload(
      Provenance(profile: "x/main", runtime: "custom", model: "main"), server: container,
      exposure: Exposure(.loopback, Port(literal: 8080), to: Port(literal: 80)),
      endpoint: Endpoint())
    let deployment = Deployment(network: container.network, workloads: [workload])
    let additions = UnitAdditions([
      .init(.unit, "After", [PlainText(literal: "main.service other.service mymain.service")]),
      .init(.service, "Slice", [PlainText(literal: "main.service")]),
    ])
    let settings = PodmanSettings(release: PodmanVersion(5, 8), additions: additions)
    let target = Podman(TargetSettings(podman: [container.name: settings]))
    let unit = try #require(
      target.render(deployment, as: Podman.quadlet).first { $0.path == "main.container" })
    let nix = try #require(target.render(deployment, as: Podman.nix).first).text
    #expect(unit.text.contains("\nAfter=main.service other.service mymain.service\n"))
    #expect(
      nix.contains("After = \"podman-main.service other.service mymain.service\";"))
    #expect(nix.contains("Slice = \"main.service\";"))
  }

  /// home-manager finds what it may remove by its own label, which a list of labels replaces.
  @Test func `labels leave home-manager its own`() throws {
    var container = try Self.least()
    container.labels = [Self.label("a", "1")]
    let workload = Workload(
      Provenance(profile: "x/main", runtime: "custom", model: "main"), server: container,
      exposure: Exposure(.loopback, Port(literal: 8080), to: Port(literal: 80)),
      endpoint: Endpoint())
    let deployment = Deployment(network: container.network, workloads: [workload])
    let nix = try #require(
      Podman(TargetSettings()).render(deployment, as: Podman.nix).first
    ).text
    #expect(nix.contains("nix.home-manager.managed=true"))
  }

  /// A unit that Podman would understand otherwise never leaves amm.
  @Test func `a unit that would be read otherwise than meant is not written`() async {
    await #expect(processExitsWith: .failure) {
      var unit = UnitFile()
      unit.add("Container", [.init("Image", .words(["two", "words here"]))])
      _ = QuadletRenderer.file("main.container", unit)
    }
    await #expect(processExitsWith: .failure) {
      var unit = UnitFile()
      unit.add("Container", [.init("Exec", .single("one two"))])
      _ = QuadletRenderer.file("main.container", unit)
    }
    await #expect(processExitsWith: .success) {
      var unit = UnitFile()
      unit.add("Container", [.init("Exec", .words(["one", "two"]))])
      _ = QuadletRenderer.file("main.container", unit)
    }
  }
}
