import Deployments
import Foundation
import TestSupport
import Testing

@testable import Operations

/// What `amm doctor` says of disks and helpers.
struct StorageExaminationTests {
  private let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  private func examinations() -> Examinations {
    var machine = Machine(tell: { _ in }) { _ in nil }
    machine.root = root.url.path
    machine.find = { _, _ in nil }
    machine.answer = { _ in nil }
    return Examinations(machine, nil)
  }

  private func deployment(_ change: (inout Container) -> Void) throws -> Deployment {
    var server = Container(
      name: try #require(ResourceName("main")), description: PlainText(literal: "a server"),
      image: try #require(ImageReference("example.org/server:1")),
      network: try #require(ResourceName("lab")),
      lifecycle: .server(start: .manual, startBudget: 60, grace: 5),
      restart: RestartPolicy(.always, after: 30))
    change(&server)
    let workload = Workload(
      Provenance(profile: "x/main", runtime: "custom", model: "main"), server: server,
      exposure: Exposure(.loopback, Port(literal: 8080), to: Port(literal: 80)),
      endpoint: Endpoint())
    return Deployment(network: server.network, workloads: [workload])
  }

  private func mounting(_ path: String, _ options: [Mount.Option] = []) throws -> Deployment {
    let source = try #require(HostPath(path))
    return try deployment {
      $0.mounts = [Mount(.path(source), at: ContainerPath(literal: "/m"), options: options)]
    }
  }

  @Test func `a server with a first process of its own wants Podman's helper`() throws {
    let servers = try deployment { $0.hasInit = true }
    #expect(examinations().firstProcess(try deployment { _ in }).isEmpty)
    let missing = try #require(examinations().firstProcess(servers).first)
    #expect(missing.state == .error && missing.fix?.contains("init: false") == true)
    try root.write("", to: "usr/libexec/podman/catatonit")
    #expect(examinations().firstProcess(servers).map(\.state) == [.ok])
  }

  @Test func `a model on a disk that is not mounted is told`() throws {
    try root.write(
      "UUID=1 / ext4 defaults 0 1\nUUID=2 /mnt/models ext4 noauto 0 2\n", to: "etc/fstab")
    try root.write("/dev/sda1 / ext4 rw 0 0\n", to: "proc/self/mounts")
    let servers = try mounting("/mnt/models/a.gguf")
    let missing = examinations().disks(servers)
    #expect(missing.map(\.state) == [.error])
    #expect(missing.first?.fix?.hasPrefix("sudo mount /mnt/models;") == true)
    #expect(try examinations().disks(mounting("/mnt/models-of-mine/a.gguf")).isEmpty)
    try root.write(
      "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /mnt/models ext4 rw 0 0\n", to: "proc/self/mounts")
    #expect(examinations().disks(servers).isEmpty)
  }

  @Test func `a label is told that a disk cannot have`() throws {
    try root.write(
      "/dev/sda1 / ext4 rw 0 0\nbox:/m /srv/models nfs4 rw 0 0\n", to: "proc/self/mounts")
    let servers = try mounting("/srv/models/a.gguf", [.readOnly, .sharedLabel])
    #expect(examinations().disks(servers).isEmpty, "this host does not enforce SELinux")
    try root.write("1", to: "sys/fs/selinux/enforce")
    #expect(examinations().disks(servers).first?.fix?.contains("selinux: off") == true)
    #expect(try examinations().disks(mounting("/srv/models/a.gguf", [.readOnly])).isEmpty)
    #expect(try examinations().disks(mounting("/srv/a.gguf", [.sharedLabel])).isEmpty)
  }

  @Test func `an exit status has a meaning where its server or Podman gives it one`() {
    let engine = ServerLog.ofEngine
    #expect(engine.meaning(ofExit: 137)?.contains("out of memory") == true)
    #expect(engine.meaning(ofExit: 3) == nil)
    let own = ServerLog(exits: [137: "its own"]).joined(with: engine)
    #expect(own.meaning(ofExit: 137) == "its own")
    #expect(own.meaning(ofExit: 127) == engine.meaning(ofExit: 127))
  }

  @Test(arguments: [(1 << 30, false, false), (20 << 30, true, true), (400 << 30, true, false)])
  func `images are pulled where there is room for them`(
    free: Int, isPulled: Bool, isTold: Bool
  ) throws {
    let scripted = try ScriptedMachine()
    scripted.update { $0.answers["podman info"] = "/var/lib/images\n" }
    var machine = scripted.machine
    machine.freeBytes = { $0 == "/var/lib/images" ? free : nil }
    let image = try #require(ImageReference("example.org/server:1"))
    let pull = { try ImageFetch.pull([image], on: machine) }
    if isPulled { try pull() } else { #expect(throws: (any Error).self) { try pull() } }
    #expect(scripted.read { $0.images.contains(image.text) } == isPulled)
    let notes = scripted.told.filter {
      if case .note(let text) = $0 { text.contains("are free") } else { false }
    }
    #expect(notes.isEmpty != isTold)
  }
}
