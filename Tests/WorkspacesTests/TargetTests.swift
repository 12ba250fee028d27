import Deployments
import Diagnostics
import Targets
import Testing
import Values
import Workspaces

/// The parts of a workspace that its targets run.
struct TargetTests {
  private static func document(
    _ targets: [(String, Value)], _ instances: [(String, Value)], _ more: [(String, Value)] = []
  ) -> Value {
    func members(_ pairs: [(String, Value)]) -> Value { .set(pairs.map { .init($0.0, $0.1) }) }
    return members(
      [("version", 1), ("targets", members(targets)), ("instances", members(instances))] + more)
  }

  private static func read(_ document: Value, _ instances: [String]) throws -> Workspace {
    let outcome = try InstanceKeyTests.read(document, by: "vllm", instances: instances)
    return try #require(outcome.value, "\(outcome.diagnostics.map(\.message))")
  }

  private static func rules(_ document: Value, _ instances: [String]) throws -> [String] {
    try InstanceKeyTests.read(document, by: "vllm", instances: instances).diagnostics
      .map(\.rule.code)
  }

  private static let machines: [(String, Value)] = [
    ("gpu1", .set(["kind": "podman", "scope": "system"])), ("gpu2", .set(["kind": "podman"])),
    ("prod", .set(["kind": "kubernetes"])),
  ]

  private static func instance(_ port: Int, _ target: String?, _ more: [String: Value] = [:])
    -> Value
  {
    .set(
      [.init("port", .integer(port)), .init("gpus", more["gpus"] ?? .list([]))]
        + (target.map { [.init("target", .text($0))] } ?? [])
        + more.filter { $0.key != "gpus" }.sorted { $0.key < $1.key }.map {
          .init($0.key, $0.value)
        })
  }

  @Test func `each target has its own instances, and those of all`() throws {
    let workspace = try Self.read(
      Self.document(
        Self.machines,
        [
          ("a", Self.instance(8080, "gpu1")), ("b", Self.instance(8080, "gpu2")),
          ("c", Self.instance(8080, "prod")),
        ], [("companions", .set(["webui": .set(["kind": "open-webui", "port": 3000])]))]),
      ["a", "b", "c"])
    let parts = workspace.targets.entries.map { entry in
      entry.deployment.workloads.map(\.name.text) + entry.deployment.companions.map(\.name.text)
    }
    #expect(parts == [["a", "webui"], ["b", "webui"], ["c", "webui"]])
    #expect(workspace.deployment.workloads.map(\.name.text) == ["a", "b", "c"])
    let folders = Set(workspace.files().map { $0.path.split(separator: "/").prefix(2) })
    #expect(
      folders == [
        ["gpu1", "quadlet"], ["gpu2", "quadlet"], ["gpu2", "instances.nix"],
        ["prod", "kubernetes"],
      ])
  }

  @Test func `a machine finds its target by its host name`() throws {
    let workspace = try Self.read(
      Self.document(
        [
          ("one", .set(["kind": "podman", "hostname": "box"])),
          ("two", .set(["kind": "podman", "hostname": "box.example.org", "scope": "system"])),
          ("other", .set(["kind": "podman"])),
        ], [("a", Self.instance(8080, "other"))]), ["a"])
    func name(_ machine: String?, isRoot: Bool = false) -> String? {
      workspace.targets.entry(on: machine, isRoot: isRoot)?.name?.text
    }
    #expect(name("box") == "one" && name("BOX.example.org", isRoot: true) == "two")
    #expect(name("other", isRoot: true) == "other" && name("box.example.com") == "one")
    #expect(name("another") == nil && name(nil) == nil)
    let alone = try Self.read(
      Self.document([("x", .set(["kind": "podman"]))], [("a", Self.instance(8080, nil))]), ["a"])
    #expect(alone.targets.entry(on: "anything", isRoot: true)?.name?.text == "x")
  }

  @Test func `units of the system have its target, its commands and no groups`() throws {
    func text(_ scope: String) throws -> String {
      let workspace = try Self.read(
        Self.document(
          [("x", .set(["kind": "podman", "scope": .text(scope)]))],
          [
            ("a", Self.instance(8080, nil, ["gpus": ["amd=0"]])),
            ("b", Self.instance(8081, nil, ["start": "on-demand"])),
          ]), ["a", "b"])
      return workspace.files(as: [Podman.quadlet]).map(\.text).joined(separator: "\n")
    }
    let (user, system) = (try text("user"), try text("system"))
    #expect(user.contains("WantedBy=default.target") && user.contains("keep-groups"))
    #expect(user.contains("systemctl --user reset-failed"))
    #expect(system.contains("WantedBy=multi-user.target") && !system.contains("default.target"))
    #expect(!system.contains("keep-groups") && !system.contains("--user"))
    #expect(system.contains("ExecStartPre=-systemctl reset-failed"))
  }

  @Test func `what runs side by side is judged for each machine`() throws {
    let small: Value = .set(["ram": "4GB"])
    let targets: [(String, Value)] = [
      ("gpu1", .set(["kind": "podman", "host": small])), ("gpu2", .set(["kind": "podman"])),
    ]
    let apart = [("a", Self.instance(8080, "gpu2")), ("b", Self.instance(8080, "gpu1"))]
    #expect(try Self.rules(Self.document(targets, apart), ["a", "b"]) == ["host-ram"])
    let both = [("a", Self.instance(8080, nil)), ("b", Self.instance(8080, "gpu2"))]
    let rules = try Self.rules(Self.document(targets, both), ["a", "b"])
    #expect(rules.sorted() == ["host-ram", "port-in-use"])
  }

  @Test func `a problem on two machines is told once`() throws {
    let instances = [("a", Self.instance(8080, nil)), ("b", Self.instance(8080, nil))]
    #expect(
      try Self.rules(Self.document(Self.machines, instances), ["a", "b"])
        .filter { $0 == "port-in-use" }.count == 1)
  }

  @Test(
    arguments: [
      (nil, "webui", true), ("gpu1", "webui", true), ("gpu2", "target-name", false),
    ] as [(String?, String, Bool)])
  func `a companion runs where its servers are`(
    target: String?, word: String, isRight: Bool
  ) throws {
    let webui: [Value.Member] =
      [.init("kind", "open-webui"), .init("port", 3000), .init("for", ["a"])]
      + (target.map { [.init("target", .text($0))] } ?? [])
    let document = Self.document(
      Self.machines, [("a", Self.instance(8080, "gpu1")), ("b", Self.instance(8080, "gpu2"))],
      [("companions", .set(["webui": .set(webui)]))])
    if isRight {
      let entries = try Self.read(document, ["a", "b"]).targets.entries
      #expect(entries.map { $0.deployment.companions.map(\.name.text) } == [[word], [], []])
    } else {
      #expect(try Self.rules(document, ["a", "b"]).contains(word))
    }
  }

  @Test func `a number of GPUs stands for the first ones`() throws {
    let workspace = try Self.read(
      Self.document(Self.machines, [("a", Self.instance(8080, "gpu1", ["gpus": 3]))]), ["a"])
    #expect(
      workspace.deployment.workloads.first?.server.accelerators.map(\.text)
        == ["nvidia.com/gpu=0", "nvidia.com/gpu=1", "nvidia.com/gpu=2"])
  }

  /// Pods and nodes: GPUs and memory in GB of each instance, with its number of pods; nodes with both;
  /// and whether all find a place.
  @Test(
    arguments: [
      ([(4, 10, 2)], [(8, 64, 1)], true), ([(4, 10, 3)], [(8, 64, 1)], false),
      ([(4, 10, 3)], [(8, 64, 2)], true), ([(0, 40, 2)], [(8, 64, 1)], false),
      ([(0, 40, 2)], [(8, 64, 1), (0, 64, 1)], true),
      // The one without a GPU leaves the node with GPUs to the other.
      ([(0, 60, 1), (2, 60, 1)], [(2, 64, 1), (0, 64, 1)], true),
      ([(3, 1, 1), (3, 1, 1), (2, 1, 1)], [(4, 64, 2)], false),
      ([(3, 1, 1), (3, 1, 1), (1, 1, 2)], [(4, 64, 2)], true),
      // Neither the largest first nor the fullest node first places these.
      ([(4, 1, 1), (3, 1, 2), (2, 1, 3)], [(8, 64, 2)], true),
      ([(4, 1, 1), (3, 1, 2), (2, 1, 4)], [(8, 64, 2)], false),
      ([(1, 1, 1000)], [(8, 1024, 125)], true), ([(1, 1, 1000)], [(8, 1024, 124)], false),
    ] as [([(Int, Int, Int)], [(Int, Int, Int)], Bool)])
  func `pods find nodes, or the workspace is refused`(
    pods: [(Int, Int, Int)], nodes: [(Int, Int, Int)], isPlaced: Bool
  ) throws {
    let pools = nodes.enumerated().map { number, node in
      Value.Member(
        "n\(number)",
        .set([
          "gpus": .integer(node.0), "ram": .text("\(node.1)GB"), "count": .integer(node.2),
        ]))
    }
    let target: Value = .set([
      .init("kind", "kubernetes"), .init("storage", .set(["access": "many"])),
      .init("nodes", .set(pools)),
    ])
    let instances = pods.enumerated().map { number, pod in
      (
        "i\(number)",
        Self.instance(
          8080, nil,
          [
            "gpus": pod.0 == 0 ? .list([]) : .integer(pod.0), "replicas": .integer(pod.2),
            "limits": .set(["ram": .text("\(pod.1)GB")]),
          ])
      )
    }
    let rules = try Self.rules(
      Self.document([("prod", target)], instances), instances.map(\.0))
    #expect(rules.contains("no-node") == !isPlaced, "\(rules)")
  }
}
