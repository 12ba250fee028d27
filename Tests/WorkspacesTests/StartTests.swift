import Deployments
import Diagnostics
import Targets
import Testing
import Values
import Workspaces

/// When servers start, and which of them stop each other.
struct StartTests {
  private static func workspace(_ settings: [String: Value]) throws -> Workspace {
    let document = settings.sorted { $0.key < $1.key }.reduce(InstanceKeyTests.base) {
      $0.setting(["instances", "main", $1.key], to: $1.value)
    }
    return try #require(InstanceKeyTests.read(document).value)
  }

  private static func server(_ settings: [String: Value]) throws -> Workload {
    try #require(try workspace(settings).deployment.workloads.first)
  }

  private static func unit(_ name: String, _ settings: [String: Value]) throws -> [String] {
    let files = try workspace(settings).files(as: [Podman.quadlet])
    let file = try #require(files.first { $0.path == "quadlet/" + name })
    return file.text.split(separator: "\n").map(String.init)
  }

  @Test(
    arguments: [
      (["start": "boot"], Start.boot), (["start": "manual"], .manual),
      (["auto_start": true], .boot), (["auto_start": false], .manual), ([:], .boot),
    ] as [([String: Value], Start)])
  func `both forms say when a server starts`(settings: [String: Value], start: Start) throws {
    let server = try Self.server(settings)
    guard case .server(start, _, _) = server.server.lifecycle else {
      Issue.record("\(server.server.lifecycle)")
      return
    }
    #expect(server.activation == nil && server.backend == server.exposure)
  }

  @Test(
    arguments: [
      ([:], 18080, 900), (["stop_after_idle": "never"], 18080, nil),
      (["stop_after_idle": "2h", "backend_port": 9000], 9000, 7200),
      (["stop_after_idle": 90, "port": 60000], 50000, 90), (["port": 55535], 65535, 900),
      (["port": 55536], 45536, 900),
    ] as [([String: Value], Int, Int?)])
  func `a server that starts on demand has a port of its own`(
    settings: [String: Value], port: Int, idle: Int?
  ) throws {
    let server = try Self.server(settings.merging(["start": "on-demand"]) { $1 })
    #expect(server.activation?.idle == idle)
    #expect(server.backend.host.number == port && server.backend.address == .loopback)
    #expect(server.exposure.host.number != port)
    #expect(server.url.hasSuffix(":\(server.exposure.host.number)"))
    #expect(!server.server.lifecycle.isAutomatic)
  }

  @Test func `the defaults of one form give way to the other form of an instance`() throws {
    let document = InstanceKeyTests.base.setting(["defaults", "start"], to: "manual")
      .setting(["instances", "main", "auto_start"], to: true)
    let workload = try #require(try InstanceKeyTests.deployment(document).workloads.first)
    #expect(workload.server.lifecycle.isAutomatic)
  }

  /// As they were tried with systemd 257 and Podman 5.4.
  @Test func `a socket starts a proxy, and the proxy the server`() throws {
    let settings: [String: Value] = ["start": "on-demand", "podman": "5.4"]
    let server = try Self.unit("main.container", settings)
    #expect(server.contains("StopWhenUnneeded=yes") && server.contains("Notify=healthy"))
    #expect(server.contains("PublishPort=127.0.0.1:18080:8080"))
    #expect(server.contains("TimeoutStartSec=3600"))
    #expect(!server.contains { $0.hasPrefix("WantedBy=") })
    let socket = try Self.unit("main-proxy.socket", settings)
    #expect(socket.contains("ListenStream=127.0.0.1:8080"))
    #expect(socket.contains("TriggerLimitIntervalSec=0"))
    #expect(socket.contains("WantedBy=sockets.target"))
    let proxy = try Self.unit("main-proxy.service", settings)
    for line in [
      "Requires=main-proxy.socket", "Wants=main.service", "After=main.service",
      "PartOf=main.service",
      "ExecStart=systemd-socket-proxyd --exit-idle-time=900s 127.0.0.1:18080",
    ] {
      #expect(proxy.contains(line))
    }
    let older = try Self.unit("main.container", ["start": "on-demand"])
    #expect(older.contains("PodmanArgs=--sdnotify=healthy"))
    #expect(!older.contains { $0.hasPrefix("Notify=") })
    let never = try Self.unit(
      "main-proxy.service", ["start": "on-demand", "stop_after_idle": "never"])
    #expect(never.contains("ExecStart=systemd-socket-proxyd 127.0.0.1:18080"))
  }

  @Test func `a server on an IPv6 address has a socket there`() throws {
    let socket = try Self.unit("main-proxy.socket", ["start": "on-demand", "bind": "::"])
    #expect(socket.contains("ListenStream=[::]:8080"))
  }

  @Test func `of a group, the largest that may run counts`() {
    typealias Item = (name: String, group: ResourceName?, starts: Bool, amount: Int?)
    func group(_ name: String) -> ResourceName? { ResourceName(name) }
    let items: [Item] = [
      ("a", group("g"), true, 4), ("b", nil, true, 1), ("c", group("g"), false, 9),
      ("d", group("h"), false, 8), ("e", nil, false, 7), ("f", nil, true, nil),
      ("i", group("g"), false, 9),
    ]
    let chosen = RunningTogether.choose(
      among: items, group: \.group, startsItself: \.starts, \.amount)
    #expect(chosen.map(\.instance.name) == ["b", "c"])
    #expect(chosen.map(\.amount) == [1, 9])
  }

  @Test func `gauges of an answer are added`() {
    let answer = """
      # HELP vllm:num_requests_running Number of requests.
      vllm:num_requests_running{engine="0",model_name="a b"} 2.0
      vllm:num_requests_running{engine="1",model_name="a b"} 1.0
      vllm:num_requests_running_total{engine="0"} 50
      vllm:num_requests_waiting 4
      other NaN

      """
    let names = ["vllm:num_requests_running", "vllm:num_requests_waiting"]
    #expect(ActivityQuery.sum(of: names, in: answer) == 7)
    #expect(ActivityQuery.sum(of: ["vllm:none"], in: answer) == nil)
    #expect(ActivityQuery.sum(of: ["other"], in: answer) == nil)
  }
}

extension StartTests {
  /// Instances of one group, read from a file with links to one profile.
  private static func deployment(_ instances: [(name: String, settings: [String: Value])]) throws
    -> Deployment
  {
    let document = Value.set([
      "version": 1,
      "instances": .set(
        instances.map { instance in
          .init(
            instance.name,
            .set(
              ["port": 8080].merging(instance.settings) { $1 }.sorted { $0.key < $1.key }
                .map { .init($0.key, $0.value) }))
        }),
    ])
    return try #require(
      InstanceKeyTests.read(document, instances: instances.map(\.name)).value
    ).deployment
  }

  @Test func `members of a group conflict once, and the later name declares it`() throws {
    let group: [String: Value] = ["exclusive": "g", "drain": 9]
    let manual = group.merging(["start": "manual"]) { $1 }
    let deployment = try Self.deployment([("b", group), ("c", manual), ("a", manual)])
    #expect(
      deployment.workloads.map { $0.server.conflicts.map(\.text) } == [[], ["a"], ["a", "b"]])
    #expect(deployment.workloads.map(\.drain) == [9, 9, 9])
    let b = try #require(deployment.workload(named: "b"))
    #expect(deployment.rivals(of: b).map(\.name.text) == ["a", "c"])
    let alone = try Self.deployment([("a", [:]), ("b", ["start": "manual", "port": 8081])])
    #expect(alone.workloads.allSatisfy { $0.server.conflicts.isEmpty && $0.group == nil })
  }
}
