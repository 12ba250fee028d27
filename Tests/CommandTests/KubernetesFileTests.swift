import Foundation
import TestSupport
import Testing
import Values

/// Objects of a cluster through kubectl, the schemas of three releases, and a reader of their own.
struct KubernetesFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func generate(_ workspace: URL) throws -> URL {
    let result = try Program.amm(
      "generate", "--workspace", workspace.path, "--output", folder.file("generated").path)
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    return folder.file("generated/prod/kubernetes")
  }

  private static let sample = Repository.file("Tests/Corpus/accepted-workspaces/kubernetes")
  /// Equal servers, and a server over two nodes, without the rights of root.
  private static let nodes = Repository.file("Tests/Corpus/accepted-workspaces/kubernetes-nodes")

  @Test(arguments: [sample, nodes]) func `the files are the golden ones`(workspace: URL) throws {
    _ = try generate(workspace)
    let differences = try Golden.differences(
      of: folder.file("generated"),
      from: Repository.file("Tests/Golden/\(workspace.lastPathComponent)"))
    #expect(differences == [])
  }

  /// Checks objects by all oracles.
  private func check(_ objects: URL) throws {
    var builds: [String] = []
    for name in ["kubectl", "kubectl-new"] {
      let built = try Program.run(
        try #require(Program.tool(name)), ["kustomize", objects.path],
        environment: ["HOME": folder.url.path])
      #expect(built.status == 0 && built.errors == "", "\(built.errors)")
      builds.append(built.output)
    }
    #expect(builds[0] == builds[1], "two releases of kubectl read different objects")
    let file = folder.file("all.yaml")
    try Data(builds[0].utf8).write(to: file)
    for release in ["1.32.0", "1.36.0", "1.37.0"] {
      let result = try Program.run(
        try #require(Program.tool("kubernetes-validate")),
        ["-k", release, "--strict", "--quiet", file.path])
      #expect(result.status == 0, "\(release): \(result.output)\(result.errors)")
    }
    try read(file)
  }

  private func read(_ file: URL, expecting texts: URL? = nil) throws {
    let result = try Program.run(
      try #require(Program.python),
      [Repository.file("Tests/Kubernetes/reader").path]
        + (texts.map { ["--expect", $0.path] } ?? []) + [file.path])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }

  @Test(
    .needs(.python), .needs(.tool("kubectl")), .needs(.tool("kubectl-new")),
    .needs(.tool("kubernetes-validate")), arguments: [sample, nodes])
  func `every release of Kubernetes accepts the objects`(workspace: URL) throws {
    try check(try generate(workspace))
  }

  /// A user that is not root gets a home that it can write to.
  @Test(
    .needs(.python), .needs(.tool("kubectl")), .needs(.tool("kubectl-new")),
    .needs(.tool("kubernetes-validate")))
  func `a user of its own can write to its models`() throws {
    let workspace = folder.file("w")
    try folder.write(
      """
      version: 1
      targets: {prod: {kind: kubernetes}}
      instances:
        chat: {port: 8000, gpus: 1, user: "1000"}
        root: {port: 8001, gpus: 1, user: "0", cache: own}

      """, to: "w/instances.yaml")
    func profile(_ name: String, _ image: String = "") throws {
      try folder.write(
        "name: \(name)\nsource: {type: huggingface, model_id: a/b}\ncontainer: {runtime: vllm\(image)}\n",
        to: "w/profiles/x/\(name).yaml")
    }
    for name in ["chat", "root"] {
      try profile(name)
      try folder.link("w/active/\(name).yaml", to: "../profiles/x/\(name).yaml")
    }
    let result = try Program.amm(
      "generate", "--workspace", workspace.path, "--output", folder.file("generated").path)
    #expect(result.status == 0 && !result.errors.contains("user-of-image"), "\(result.errors)")
    let objects = folder.file("generated/prod/kubernetes")
    try check(objects)
    let chat = try String(
      contentsOf: objects.appendingPathComponent("objects/chat.yaml"), encoding: .utf8)
    #expect(
      chat.contains("runAsUser: 1000") && chat.contains("\"/home/server/.cache/huggingface\""))
    #expect(!chat.contains("/root"))
    let root = try String(
      contentsOf: objects.appendingPathComponent("objects/root.yaml"), encoding: .utf8)
    #expect(root.contains("\"/root/.cache/huggingface\"") && !root.contains("/home/server"))
    // Each node would keep the image that was the newest one when it first ran it.
    for image in ["docker.io/vllm/vllm-openai:latest", "docker.io/vllm/vllm-openai"] {
      try profile("chat", ", image: '\(image)'")
      let refused = try Program.amm("validate", "--workspace", workspace.path)
      #expect(refused.status == 1 && refused.errors.contains("which each node may have"))
    }
  }

  @Test(.needs(.python), .needs(.leaderWorkerSet))
  func `a server over nodes has the structure of its definition`() throws {
    let definition = try #require(ProcessInfo.processInfo.environment["AMM_LEADERWORKERSET"])
    let objects = try generate(Self.nodes).appendingPathComponent("objects")
    let result = try Program.run(
      try #require(Program.python),
      [Repository.file("Tests/Kubernetes/structure").path, definition]
        + ["big", "sglang"].map { objects.appendingPathComponent("\($0).yaml").path })
    #expect(result.status == 0 && result.output == "2 objects compared\n", "\(result.output)")
  }

  @Test(.needs(.python), arguments: [([String](), sample, 108), (["--nodes"], nodes, 32)])
  func `the reader refuses what is wrong in one way`(
    words: [String], workspace: URL, count: Int
  ) throws {
    let objects = try generate(workspace).appendingPathComponent("objects")
    let parts =
      ["chat.yaml", "huggingface.claim.yaml", "vllm-compiled-v0-31-0.claim.yaml"]
      + (words.isEmpty ? [] : ["big.yaml"])
    let text = try parts.map { name in
      String(decoding: try Data(contentsOf: objects.appendingPathComponent(name)), as: UTF8.self)
    }.joined(separator: "---\n")
    try folder.write(text, to: "chat.yaml")
    let result = try Program.run(
      try #require(Program.python),
      [Repository.file("Tests/Kubernetes/mutants").path] + words + [folder.file("chat.yaml").path])
    #expect(result.status == 0 && result.output.hasPrefix("\(count) wrong"), "\(result.output)")
  }

  /// A profile of each runtime, which needs no file of the machine.
  private static let runtimes: [(name: String, text: String)] = [
    ("vllm", "source: {type: huggingface, model_id: a/b}\ncontainer: {runtime: vllm}\n"),
    (
      "sglang",
      """
      source: {type: huggingface, model_id: a/b}
      container: {runtime: sglang, image: "docker.io/lmsysorg/sglang:v0.5.21"}

      """
    ),
    ("tgi", "source: {type: huggingface, model_id: a/b}\ncontainer: {runtime: tgi}\n"),
    (
      "tei",
      """
      category: embedding
      source: {type: huggingface, model_id: a/b}
      container: {runtime: tei}

      """
    ),
    (
      "llama-cpp",
      "source: {type: huggingface, model_id: a/b-GGUF}\ncontainer: {runtime: llama-cpp}\n"
    ),
    ("ollama", "source: {type: ollama, model_id: \"llama3.2:3b\"}\ncontainer: {runtime: ollama}\n"),
    (
      "custom",
      """
      source: {type: huggingface, model_id: a/b}
      container: {runtime: custom, image: "example.org/server:1"}
      custom: {model_argument: --model, health: /health, cache: /cache, token_variable: HF_TOKEN}

      """
    ),
  ]

  @Test(
    .needs(.python), .needs(.tool("kubectl")), .needs(.tool("kubectl-new")),
    .needs(.tool("kubernetes-validate")))
  func `each runtime has its objects, without a GPU, with one and with two`() throws {
    let variants = [
      ("cpu", "gpus: []"), ("one", "gpus: [nvidia.com/gpu=0]"),
      ("two", "gpus: [nvidia.com/gpu=0, nvidia.com/gpu=1]"),
      ("token", "gpus: [], token: {secret: hf-token, key: HF_TOKEN}"),
      ("own", "gpus: [nvidia.com/gpu=0], cache: own"),
    ]
    var instances = ""
    for runtime in Self.runtimes {
      try folder.write(
        "name: \(runtime.name)\n" + runtime.text, to: "w/profiles/x/\(runtime.name).yaml")
      for (variant, settings) in variants {
        let name = "\(runtime.name)-\(variant)"
        instances += "  \(name): {port: 8080, \(settings)}\n"
        try folder.link("w/active/\(name).yaml", to: "../profiles/x/\(runtime.name).yaml")
      }
    }
    try folder.write(
      "version: 1\ntargets: {prod: {kind: kubernetes, storage: {access: many}}}\ninstances:\n"
        + instances, to: "w/instances.yaml")
    try check(try generate(folder.file("w")))
  }

  @Test(
    .needs(.python), .needs(.tool("kubectl")), .needs(.tool("kubectl-new")),
    .needs(.tool("kubernetes-validate")))
  func `each profile of the library has its objects`() throws {
    let library = Repository.file("profiles")
    try FileManager.default.createDirectory(at: folder.file("w"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: library, to: folder.file("w/profiles"))
    var instances = ""
    let listed = try Program.amm("list", "--json", "--workspace", try emptyWorkspace().path)
    let profiles = try #require(JSONValue(parsing: listed.output)?["profiles"]?.list)
    #expect(profiles.count >= 48)
    // Enough for the profile with the most shards.
    let gpus = (0..<8).map { "nvidia.com/gpu=\($0)" }.joined(separator: ", ")
    for (number, profile) in profiles.enumerated() {
      let id = try #require(profile["id"]?.text)
      instances +=
        "  p\(number): {port: 8080, gpus: [\(gpus)], token: {secret: hf-token, key: HF_TOKEN}}\n"
      try folder.link("w/active/p\(number).yaml", to: "../profiles/\(id).yaml")
    }
    try folder.write(
      "version: 1\ntargets: {prod: {kind: kubernetes, storage: {access: many}}}\ninstances:\n"
        + instances, to: "w/instances.yaml")
    try check(try generate(folder.file("w")))
  }

  private func emptyWorkspace() throws -> URL {
    try folder.write("version: 1\ninstances: {}\n", to: "empty/instances.yaml")
    return folder.file("empty")
  }
}
