import Deployments
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Targets

/// What objects of a cluster say of a deployment; the real programs read them in
/// KubernetesFileTests.
struct KubernetesTests {
  static func name(_ text: String) throws -> ResourceName {
    try #require(ResourceName(text))
  }

  static func workload(
    _ text: String = "main", _ change: (inout Container) throws -> Void = { _ in }
  ) throws -> Workload {
    var server = Container(
      name: try name(text), description: PlainText(literal: "a server"),
      image: try #require(ImageReference("example.org/server:1")), network: try name("lab"),
      lifecycle: .server(start: .boot, startBudget: 60, grace: 5),
      restart: RestartPolicy(.onFailure, after: 10))
    try change(&server)
    return Workload(
      Provenance(profile: "x/main", runtime: "custom", model: "a/b"), server: server,
      exposure: Exposure(.loopback, Port(literal: 8080), to: Port(literal: 80)),
      endpoint: Endpoint())
  }

  static func target(_ settings: KubernetesSettings = .init()) -> Kubernetes {
    var all = TargetSettings()
    all.kubernetes = settings
    return Kubernetes(all)
  }

  private static func text(
    _ settings: KubernetesSettings = .init(), _ change: (inout Container) throws -> Void
  ) throws -> String {
    let deployment = Deployment(network: try name("lab"), workloads: [try workload("main", change)])
    let target = target(settings)
    #expect(target.objections(to: deployment).isEmpty)
    let files = target.render(deployment, as: Kubernetes.objects)
    return try #require(files.first { $0.path == "objects/main.yaml" }).text
  }

  @Test(arguments: [
    ("$(A)", "$$(A)"), ("$$(A)", "$$$$(A)"), ("$$", "$$$"), ("$A", "$A"), ("$", "$"),
    ("a$", "a$"), ("$$$", "$$$$$"), ("${A}", "${A}"), ("100$(", "100$$("),
    ("$é", "$$é"), ("é$😀$", "é$$😀$"),
  ])
  func `a text reaches the container as it is`(literal: String, written: String) {
    #expect(ExpandedText(literal).text == written)
    #expect(Self.expanded(written) == literal)
  }

  /// What Kubernetes makes of a text in which no reference names a variable
  /// (third_party/forked/golang/expansion/expand.go).
  private static func expanded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      out.append(byte)
      let next = place + 1 < bytes.count ? bytes[place + 1] : 0
      let isSign = byte == UInt8(ascii: "$")
      // One byte is copied as a character of its own.
      if isSign, next >= 0x80 { out += Array(String(UnicodeScalar(next)).utf8) }
      place += isSign && (next == UInt8(ascii: "$") || next >= 0x80) ? 2 : 1
    }
    return String(decoding: out, as: UTF8.self)
  }

  @Test(arguments: [
    ("main", true), ("a-1", true), ("A", false), ("a_b", false), ("-a", false), ("a-", false),
    ("", false), ("a.b", false),
  ])
  func `a name of an object is a part of a DNS name`(text: String, isValid: Bool) {
    #expect((ClusterName(text) != nil) == isValid)
    #expect(ClusterName(String(repeating: "a", count: 63)) != nil)
    #expect(ClusterName(String(repeating: "a", count: 64)) == nil)
    #expect(ClusterName("1a")?.isOfService == false)
  }

  @Test(arguments: [
    ("a", true), ("nvidia.com/gpu.present", true), ("a/b/c", false), ("/a", false), ("a/", false),
    ("A.b/c", false), ("a.", false), ("a b", false), ("a..b/c", false),
  ])
  func `a key has a domain or none`(text: String, isValid: Bool) {
    #expect((QualifiedName(text) != nil) == isValid)
  }

  @Test func `one pod at a time has the GPU`() throws {
    let cpu = try Self.text { _ in }
    #expect(cpu.contains("maxSurge: 1\n") && !cpu.contains("Recreate"))
    var settings = KubernetesSettings()
    settings.runtimeClass = ClusterDomain("nvidia")
    let gpu = try Self.text(settings) {
      $0.accelerators = [.nvidia(.one("0")), .nvidia(.one("1"))]
    }
    #expect(gpu.contains("type: \"Recreate\"\n") && gpu.contains("runtimeClassName: \"nvidia\"\n"))
    #expect(gpu.contains("\"nvidia.com/gpu\": \"2\"\n"))
    let amd = try Self.text(settings) { $0.accelerators = [.amd(.one("1"))] }
    #expect(amd.contains("\"amd.com/gpu\": \"1\"\n") && !amd.contains("runtimeClassName"))
  }

  @Test func `a variable that counts GPUs of a machine stays on the machine`() throws {
    let name = try #require(EnvironmentVariable.Name("HIP_VISIBLE_DEVICES"))
    let text = try Self.text {
      $0.environment = [try #require(EnvironmentVariable(name, "1"))]
      $0.selectingVariables = [name]
    }
    #expect(!text.contains("HIP_VISIBLE_DEVICES"))
  }

  @Test func `shared memory counts as the container's`() throws {
    let text = try Self.text {
      $0.limits.memory = .gibibytes(8)
      $0.sharedMemory = .own(.gibibytes(2))
    }
    #expect(text.contains("memory: \"10Gi\"\n") && text.contains("sizeLimit: \"2Gi\"\n"))
    #expect(text.contains("mountPath: \"/dev/shm\"\n"))
  }

  @Test func `what only one node can mount is not shared, and what is made again is not claimed`()
    throws
  {
    let store = try Self.name("models")
    let mount = Mount(.store(store), at: ContainerPath(literal: "/models"))
    let both = Deployment(
      network: try Self.name("lab"),
      workloads: [
        try Self.workload("one") { $0.mounts = [mount] },
        try Self.workload("two") { $0.mounts = [mount] },
      ])
    #expect(Self.target().objections(to: both).map(\.rule.code) == ["kubernetes-storage"])
    var settings = KubernetesSettings()
    settings.storage.access = .many
    #expect(Self.target(settings).objections(to: both).isEmpty)
    let scratch = Deployment(
      network: try Self.name("lab"),
      workloads: try ["one", "two"].map { name in
        try Self.workload(name) {
          $0.mounts = [mount]
          $0.scratchStores = [store]
        }
      })
    #expect(Self.target().objections(to: scratch).isEmpty)
    let files = Self.target().render(scratch, as: Kubernetes.objects)
    #expect(
      files.map(\.path).sorted() == ["kustomization.yaml", "objects/one.yaml", "objects/two.yaml"])
    #expect(files.allSatisfy { !$0.text.contains("persistentVolumeClaim") })
  }

  @Test func `the image's own temporary folders stay writable`() throws {
    let text = try Self.text { $0.security.isReadOnly = true }
    #expect(text.contains("readOnlyRootFilesystem: true\n"))
    for folder in ["/tmp", "/run", "/var/tmp"] {
      #expect(text.contains("mountPath: \"\(folder)\"\n"))
    }
  }

  @Test func `a port of a container has one name, and the server's own one meaning`() throws {
    let host = BindAddress.loopback
    let text = try Self.text {
      $0.moreExposures = [
        Exposure(host, Port(literal: 9100), to: Port(literal: 80)),
        Exposure(host, Port(literal: 9200), to: Port(literal: 9000)),
        Exposure(host, Port(literal: 9201), to: Port(literal: 9000)),
      ]
    }
    #expect(text.components(separatedBy: "containerPort: ").count == 3)
    #expect(text.components(separatedBy: "targetPort: \"http\"").count == 4)
    #expect(text.components(separatedBy: "targetPort: \"extra-2\"").count == 3)
    let taken = Deployment(
      network: try Self.name("lab"),
      workloads: [
        try Self.workload {
          $0.moreExposures = [Exposure(host, Port(literal: 80), to: Port(literal: 9000))]
        }
      ])
    #expect(Self.target().objections(to: taken).map(\.part) == [.setting("extra_ports")])
  }

  @Test func `what belongs to the cluster stays its own`() throws {
    let own = Deployment(
      network: try Self.name("lab"), workloads: [try Self.workload("kubernetes")])
    #expect(Self.target().objections(to: own).map(\.rule.code) == ["kubernetes-name"])
    let label = try #require(ContainerLabel.Name("kubectl.kubernetes.io/default-container"))
    let labelled = Deployment(
      network: try Self.name("lab"),
      workloads: [
        try Self.workload {
          $0.labels = [ContainerLabel(label, PlainText(literal: "x"))]
        }
      ])
    #expect(Self.target().objections(to: labelled).map(\.part) == [.label(label)])
    let parts = Deployment(
      network: try Self.name("lab"),
      workloads: [try Self.workload { $0.accelerators = [.nvidia(.one("1:0"))] }])
    #expect(Self.target().objections(to: parts).map(\.rule.code) == ["kubernetes-gpus"])
  }

  @Test func `a check's command reaches the shell as it is`() throws {
    let text = try Self.text {
      $0.health = HealthCheck(.command(PlainText(literal: "test $(id -u) = 0")), startPeriod: 20)
    }
    #expect(text.contains("- \"test $$(id -u) = 0\"\n"))
    // Twenty seconds, and the check at their end.
    #expect(text.contains("failureThreshold: 3\n"))
  }

  @Test func `nothing is generated for an empty workspace`() throws {
    let empty = Deployment(network: try Self.name("lab"), workloads: [])
    #expect(Self.target().render(empty, as: Kubernetes.objects).isEmpty)
  }
}
