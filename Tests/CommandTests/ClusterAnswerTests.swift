import Foundation
import TestSupport
import Testing
import Values

/// amm's questions through the real kubectl, to a server that has a cluster's objects.
struct ClusterAnswerTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let workspace = Repository.file("Tests/Corpus/accepted-workspaces/kubernetes-nodes")
    try FileManager.default.copyItem(at: workspace, to: folder.file("w"))
    #expect(try amm("generate").status == 0)
  }

  private func amm(_ words: String...) throws -> Finished {
    try Program.amm(words + ["--workspace", folder.file("w").path], in: nil)
  }

  /// Runs amm with a release of kubectl, against a server with the generated objects and others.
  private func ask(
    _ kubectl: String, _ words: [String], having more: String = ""
  ) throws -> Finished {
    let objects = folder.file("w/generated/prod/kubernetes/objects")
    let files = try FileManager.default.contentsOfDirectory(atPath: objects.path).sorted()
    let all = try files.map { name in
      String(decoding: try Data(contentsOf: objects.appendingPathComponent(name)), as: UTF8.self)
    }
    try folder.write((all + [more]).joined(separator: "---\n"), to: "objects.yaml")
    let bin = folder.file("bin-\(kubectl)")
    if !FileManager.default.fileExists(atPath: bin.path) {
      try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        at: bin.appendingPathComponent("kubectl"),
        withDestinationURL: try #require(Program.tool(kubectl)))
    }
    return try Program.run(
      try #require(Program.python),
      [
        Repository.file("Tests/Kubernetes/server").path, folder.file("objects.yaml").path,
        Program.amm.path,
      ] + words + ["--workspace", folder.file("w").path],
      environment: [
        "HOME": folder.url.path, "PATH": bin.path + ":/usr/bin:/bin", "KUBECACHEDIR": bin.path,
      ])
  }

  private static let more = """
    {apiVersion: v1, kind: Namespace, metadata: {name: ai}}
    ---
    {apiVersion: v1, kind: Node, metadata: {name: a}, status: {allocatable: {nvidia.com/gpu: "8"}}}
    ---
    {apiVersion: v1, kind: Node, metadata: {name: b}, status: {allocatable: {cpu: "8"}}}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: chat-1, namespace: ai, labels: {ai-models.instance: chat}}
    status:
      containerStatuses: [{restartCount: 2, state: {waiting: {reason: ImagePullBackOff}}}]
      conditions: [{type: Ready, message: no}, {type: PodScheduled}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: ollama-1, namespace: ai, labels: {ai-models.instance: ollama}}
    status:
      conditions: [{type: PodScheduled, message: "0/2 nodes are available: 2 Insufficient memory."}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: old, namespace: ai, labels: {app.kubernetes.io/managed-by: amm, ai-models.instance: old}}
    spec: {replicas: 1}
    status: {readyReplicas: 1}
    """

  @Test(
    .needs(.python), .needs(.tool("kubectl")), .needs(.tool("kubectl-new")),
    arguments: [
      "kubectl", "kubectl-new",
    ])
  func `status reads what kubectl prints`(kubectl: String) throws {
    let result = try ask(kubectl, ["status", "--json"], having: Self.more)
    let value = try #require(JSONValue(parsing: result.output), "\(result.errors)")
    let servers = try #require(value["clusters"]?.list?.first?["servers"]?.list)
    func texts(_ key: String) -> [String?] { servers.map { $0[key]?.text } }
    #expect(texts("name") == ["big", "chat", "ollama", "sglang", "webui"])
    #expect(texts("state") == ["waiting", "waiting", "waiting", "stopped", "waiting"])
    #expect(
      texts("problem") == [
        nil, "ImagePullBackOff", "0/2 nodes are available: 2 Insufficient memory.", nil, nil,
      ])
    #expect(servers.map { $0["wanted"]?.integer } == [1, 3, 2, 0, 1])
    #expect(servers[1]["restarts"]?.integer == 2 && servers[1]["live_profile"]?.text == "x/chat")
    let drift = (value["drift"]?.list ?? []).compactMap { one in one["subject"]?.text }
    #expect(drift == ["prod/deployment/old"])
  }

  @Test(
    .needs(.python), .needs(.tool("kubectl")), .needs(.tool("kubectl-new")),
    arguments: [
      "kubectl", "kubectl-new",
    ])
  func `doctor reads what kubectl prints`(kubectl: String) throws {
    let result = try ask(kubectl, ["doctor", "--target", "prod"], having: Self.more)
    #expect(result.status == 3, "\(result.errors)")
    let words = result.output.split { $0.isWhitespace }.joined(separator: " ")
    for line in [
      "ok namespace ai", "ok nvidia.com/gpu 8 on 1 node", "error LeaderWorkerSet is not installed",
    ] {
      #expect(words.contains(line), "\(line): \(result.output)")
    }
    let none = try ask(kubectl, ["doctor", "--target", "prod"])
    #expect(none.output.contains("the cluster has no 'ai'"))
  }

  @Test(
    .needs(.python), .needs(.tool("kubectl")), .needs(.tool("kubectl-new")),
    arguments: [
      "kubectl", "kubectl-new",
    ])
  func `differences come from kubectl diff`(kubectl: String) throws {
    let same = try ask(kubectl, ["generate", "--diff", "--live"], having: Self.more)
    #expect(same.status == 0, "\(same.output)\(same.errors)")
    // The generated objects are read again below; a cluster without them would get them.
    let objects = folder.file("objects-empty.yaml")
    try Data(Self.more.utf8).write(to: objects)
    let empty = try Program.run(
      try #require(Program.python),
      [
        Repository.file("Tests/Kubernetes/server").path, objects.path, Program.amm.path, "generate",
        "--diff", "--live", "--workspace", folder.file("w").path,
      ],
      environment: [
        "HOME": folder.url.path, "PATH": folder.file("bin-\(kubectl)").path + ":/usr/bin:/bin",
      ])
    #expect(empty.status == 2, "\(empty.errors)")
    #expect((empty.output + empty.errors).contains("kind: LeaderWorkerSet"))
  }

  @Test func `a kubectl that reaches no server is told`() throws {
    try folder.write("", to: "none/.keep")
    let result = try Program.run(
      Program.amm, ["generate", "--diff", "--live", "--workspace", folder.file("w").path],
      environment: ["HOME": folder.url.path, "PATH": folder.file("none").path])
    #expect(result.status == 3 && result.errors.contains("kubectl is missing"), "\(result.errors)")
  }
}
