import Foundation
import TestSupport
import Testing
import Values

/// Workspaces with several clusters and machines, and what is said of them.
struct ClusterTargetTests {
  private let machine: FakeMachine

  init() throws { machine = try FakeMachine(having: ["systemctl", "podman", "kubectl"]) }

  /// Writes a workspace whose instances all serve the same kind of profile.
  private func workspace(
    _ text: String, _ names: [String], profile: String = "container: {runtime: vllm}"
  ) throws {
    try machine.home.write("version: 1\n" + text, to: "w/instances.yaml")
    for name in names {
      try machine.home.write(
        "name: \(name)\nsource: {type: huggingface, model_id: a/b}\n\(profile)\n",
        to: "w/profiles/x/\(name).yaml")
      try? FileManager.default.removeItem(at: machine.home.file("w/active/\(name).yaml"))
      try machine.home.link("w/active/\(name).yaml", to: "../profiles/x/\(name).yaml")
    }
  }

  private func object(_ instance: String, _ target: String = "prod") throws -> String {
    try machine.home.read("w/generated/\(target)/kubernetes/objects/\(instance).yaml")
  }

  private func answer(_ words: String, _ text: String, status: Int? = nil) throws {
    try machine.put(text, at: "kubectl/" + words)
    if let status { try machine.put("\(status)\n", at: "kubectl/\(words).status") }
  }

  private static let two = """
    targets:
      east: {kind: kubernetes, context: admin@east, namespace: ai}
      west: {kind: kubernetes, context: "it's west"}
    instances:
      a: {port: 8000, target: east, gpus: 1}
      b: {port: 8001, target: west, gpus: 1, replicas: 30, cache: own}

    """

  @Test func `each cluster is compared, whatever the others answer`() throws {
    try workspace(
      Self.two.replacing("\"it's west\"}", with: "west, storage: {access: many}}"), ["a", "b"])
    #expect(try machine.amm("generate").status == 0)
    let folder = machine.home.file("w").path
    func words(_ target: String) -> String {
      "diff-"
        + "\(folder)/generated/\(target)/kubernetes".map { $0 == "/" ? "_" : String($0) }.joined()
    }
    try answer(words("east"), "", status: 3)
    try answer(words("west"), "-old\n+new\n", status: 1)
    let result = try machine.amm("generate", "--diff", "--live")
    #expect(result.status == 3 && result.errors.contains("the cluster of 'east'"))
    #expect(result.output == "# west: what 'kubectl apply' would change\n-old\n+new\n")
    try answer(words("east"), "-old\n", status: 1)
    let both = try machine.amm("generate", "--diff", "--live")
    #expect(both.status == 2 && both.output.hasPrefix("# east: "), "\(both.errors)")
    #expect(both.output.contains("\n# west: what"))
    try machine.put(at: "kubectl/silent")
    let silent = try machine.amm("generate", "--diff", "--live")
    #expect(
      silent.status == 3 && silent.errors.contains("'east'") && silent.errors.contains("'west'"))
    #expect(silent.errors.contains("east: The connection to the server"))
  }

  @Test func `a cluster is asked in its own context`() throws {
    try workspace(
      Self.two.replacing("\"it's west\"}", with: "\"it's west\", storage: {access: many}}"),
      ["a", "b"])
    #expect(try machine.amm("generate").status == 0)
    let status = try machine.amm("status")
    #expect(status.status == 0)
    let calls = try machine.calls().filter { $0.hasPrefix("kubectl") }
    #expect(
      calls.contains {
        $0.hasPrefix("kubectl --request-timeout=10s --context=admin@east --namespace=ai get")
      })
    #expect(
      calls.contains { $0.hasPrefix("kubectl --request-timeout=10s --context=it's west get") })
    #expect(try !object("a", "east").contains("admin@east"))
    let drift = try machine.amm("status", "--drift").output
    #expect(
      drift.contains("kubectl --context 'admin@east' apply -k generated/east")
        || drift.contains("kubectl --context admin@east apply -k generated/east"), "\(drift)")
    let start = try machine.amm("start", "b")
    #expect(
      start.errors.contains(#"deployment/b --context 'it'\''s west' --replicas 30"#),
      "\(start.errors)")
    let logs = try machine.amm("logs", "b", "-n", "5")
    #expect(logs.status == 0)
    // Each of thirty pods may be there twice while they are replaced, and each log is a request.
    let many = try machine.calls().contains {
      $0.hasSuffix("--all-containers --ignore-errors --tail=5 --prefix --max-log-requests=100")
    }
    #expect(many)
  }

  @Test func `status tells what is not as the workspace says`() throws {
    try workspace(
      "targets: {prod: {kind: kubernetes}}\ninstances:\n  a: {port: 8000, gpus: 1}\n", ["a"])
    #expect(try machine.amm("generate").status == 0)
    func drift(_ replicas: Int, _ hash: String) throws -> [String] {
      try answer(
        "get-deployments.apps", "Deployment\ta\t\(replicas)\t1\tx/a\ta\t\(hash)\t1\t1\t1\t1\n")
      let value = try #require(JSONValue(parsing: try machine.amm("status", "--json").output))
      return (value["drift"]?.list ?? []).filter { $0["kind"]?.text == "cluster" }
        .compactMap { $0["detail"]?.text }
    }
    let line = try #require(
      try object("a").split(separator: "\n").first { $0.contains("ai-models.generated") })
    let hash = String(line.split(separator: "\"")[3])
    #expect(hash.count == 64)
    #expect(try drift(1, hash) == [] && drift(1, "") == [])
    #expect(
      try drift(1, "0" + hash.dropFirst()) == ["has other settings than the workspace"]
        || hash.hasPrefix("0"))
    #expect(try drift(3, hash) == ["has 3 replicas instead of 1"])
    #expect(try drift(0, hash) == ["is stopped: it has no replicas instead of 1"])
    // A port of the Service is a setting, too.
    let text = try machine.home.read("w/instances.yaml")
    try machine.home.write(text.replacing("8000", with: "8001"), to: "w/instances.yaml")
    #expect(try drift(1, hash) == ["has other settings than the workspace"])
  }

  @Test func `addresses are those of the machine or cluster that runs the server`() throws {
    try workspace(
      """
      targets:
        gpu1: {kind: podman}
        gpu2: {kind: podman}
        desk: {kind: compose}
        prod: {kind: kubernetes, namespace: ai}
      instances:
        one: {port: 8080, target: gpu1, gpus: []}
        fixed: {port: 8081, target: gpu2, gpus: [], bind: 10.1.2.3, api_key: {secret: k}}
        desk: {port: 8082, target: desk, gpus: []}
        chat: {port: 8083, target: prod, gpus: []}
      companions:
        router: {kind: litellm, port: 4000, target: gpu1, api_key: {secret: k}}
        far: {kind: litellm, port: 4001, target: prod, api_key: {secret: k, key: K}}

      """, ["one", "fixed", "desk", "chat"],
      profile: "container: {runtime: llama-cpp}\nllama_cpp: {quant: Q4_K_M}")
    let expected = [
      "chat": "http://chat.ai:8083", "desk": "http://127.0.0.1:8082", "one": "http://gpu1:8080",
      "fixed": "http://10.1.2.3:8081",
    ]
    for words in [["endpoints", "--json"], ["info", "--json"]] {
      let result = try machine.amm(words)
      let value = try #require(JSONValue(parsing: result.output), "\(result.errors)")
      let list = value["endpoints"]?.list ?? value["instances"]?.list ?? []
      let found = list.map {
        ($0["instance"]?.text ?? $0["name"]?.text ?? "", $0["url"]?.text ?? "")
      }
      #expect(Dictionary(found) { first, _ in first } == expected)
    }
    let closed = try machine.amm("endpoints", "one")
    #expect(closed.errors.contains("'one' can be reached only on 'gpu1'"), "\(closed.errors)")
    let near = try machine.amm("endpoints", "one", "--for", "opencode", "--through", "router")
    #expect(near.output.contains("http://gpu1:4000/v1"), "\(near.errors)")
    let far = try machine.amm("endpoints", "chat", "--for", "opencode", "--through", "far")
    #expect(far.output.contains("http://far.ai:4001/v1"), "\(far.errors)")
    // Only Podman's units have a scope.
    let out = machine.home.file("out").path
    let none = try machine.amm("generate", "--for", "box", "--scope", "system", "--output", out)
    #expect(none.status == 1 && !none.errors.contains("for desk"), "\(none.errors)")
    #expect(none.errors.contains("hostname: box, scope: system"))
    let unknown = try machine.amm("generate", "--for", "elsewhere", "--output", out)
    #expect(unknown.errors.contains("its targets and their machines are gpu1, gpu2, desk and prod"))
  }

  @Test func `a program that amm does not know has shared memory for several GPUs`() throws {
    try workspace(
      """
      targets: {prod: {kind: kubernetes, nodes: {gpu: {gpus: 2, ram: 9GB}}}}
      defaults: {cache: own}
      instances:
        one: {port: 8000, gpus: 1, start: manual}
        two: {port: 8001, gpus: 2, limits: {ram: 8GB}}
        own: {port: 8002, gpus: 2, shm_size: 4GB, start: manual}

      """, ["one", "two", "own"],
      profile: """
        container: {runtime: custom, image: "example.org/server:1"}
        custom: {model_argument: --model, health: /health, cache: /cache}
        """)
    let result = try machine.amm("generate")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try !object("one").contains("/dev/shm"))
    #expect(
      try object("two").contains("sizeLimit: \"1Gi\"") && object("two").contains("memory: \"9Gi\""))
    #expect(try object("own").contains("sizeLimit: \"4Gi\""))
  }

  @Test func `pods of groups have a budget, and steps have memory`() throws {
    try workspace(
      """
      targets: {prod: {kind: kubernetes, storage: {access: many}}}
      instances:
        big: {port: 8000, gpus: 1, span: 2, replicas: 2}

      """, ["big"], profile: "container: {runtime: vllm}\nparameters: {num_shard: 2}")
    #expect(try machine.amm("generate").status == 0)
    let big = try object("big")
    #expect(big.contains("kind: \"PodDisruptionBudget\"") && big.contains("maxUnavailable: 1\n"))
    try workspace(
      """
      targets: {prod: {kind: kubernetes, storage: {access: many}}}
      instances:
        tags: {port: 8000, gpus: 1, limits: {ram: 8GB, cpu_cores: 2}}

      """, ["tags"], profile: "container: {runtime: ollama}")
    try machine.home.write(
      "name: tags\nsource: {type: ollama, model_id: \"llama3.2:3b\"}\ncontainer: {runtime: ollama}\n",
      to: "w/profiles/x/tags.yaml")
    try FileManager.default.removeItem(at: machine.home.file("w/active/big.yaml"))
    let result = try machine.amm("generate")
    #expect(result.status == 0, "\(result.errors)")
    let tags = try object("tags")
    // Requests and limits of the step and of the server; only the server has the GPU.
    #expect(tags.components(separatedBy: "memory: \"8Gi\"").count == 5)
    #expect(tags.components(separatedBy: "nvidia.com/gpu").count == 3)
  }

  /// What a cluster does not have or decides itself, at the line that says it.
  @Test(arguments: [
    (
      "{port: 8000, gpus: 1, environment: {CUDA_VISIBLE_DEVICES: \"1\"}}",
      ["[cluster-gpu-variable]"], 0
    ),
    ("{port: 8000, gpus: [], environment: {CUDA_VISIBLE_DEVICES: \"\"}}", [], 0),
    ("{port: 8000, gpus: 0}", ["[out-of-range]"], 1),
    ("{port: 8000, gpus: 1, exclusive: g}", ["[kubernetes-setting]"], 1),
    ("{port: 8000, gpus: 4, span: 2}", ["4 GPUs on each of 2 nodes", "[no-node]"], 1),
  ])
  func `a line gets its own problem`(settings: String, codes: [String], status: Int) throws {
    try workspace(
      "targets: {prod: {kind: kubernetes, storage: {access: many}, nodes: {n: {count: 2, gpus: 2}}}}\n"
        + "instances:\n  a: \(settings)\n", ["a"],
      profile:
        "container: {runtime: vllm}\nparameters: {num_shard: \(settings.contains("span") ? 8 : 1)}")
    let result = try machine.amm("validate")
    #expect(Int(result.status) == status, "\(result.errors)")
    for code in codes { #expect(result.errors.contains(code), "\(result.errors)") }
    #expect(result.errors.components(separatedBy: ": error: ").count == status + 1)
    #expect(codes.isEmpty == (result.errors == ""), "\(result.errors)")
  }

  @Test func `a claim that a cluster refuses to change is told`() throws {
    func text(_ storage: String) -> String {
      "targets: {prod: {kind: kubernetes, storage: {\(storage)}}}\ninstances:\n  a: {port: 8000, gpus: 1}\n"
    }
    try workspace(text("size: 100GB, class: fast"), ["a"])
    #expect(try machine.amm("generate").errors == "")
    try workspace(text("size: 200GB, class: fast"), ["a"])
    #expect(try machine.amm("generate", "--diff").errors == "")
    for (storage, part) in [
      ("size: 50GB, class: fast", "a smaller size (100Gi before)"),
      ("size: 100GB", "another storage class ('fast' before)"),
      ("size: 100GB, class: fast, access: many", "another access ('ReadWriteOnce' before)"),
    ] {
      try workspace(text(storage), ["a"])
      let result = try machine.amm("generate", "--diff")
      #expect(
        result.status == 0 && result.errors.contains("the claim 'huggingface' refuses \(part)"),
        "\(result.errors)")
    }
    let written = try machine.amm("generate")
    #expect(written.status == 0 && written.errors.contains("refuses another access"))
    #expect(try machine.amm("generate").errors == "")
  }

  @Test func `no targets, and secrets of a cluster, are told`() throws {
    try workspace("targets: {}\ninstances:\n  a: {port: 8000}\n", ["a"])
    let none = try machine.amm("validate")
    #expect(none.errors.contains("no instance is served [empty-target]"), "\(none.errors)")
    try workspace(
      "targets: {prod: {kind: kubernetes}}\ninstances:\n  a: {port: 8000, gpus: 1}\n", ["a"],
      profile: "container: {runtime: vllm}\nmodel: {gated: true}")
    let gated = try machine.amm("validate")
    #expect(gated.errors.contains("kubectl create secret generic hf-token --from-file=./HF_TOKEN"))
    #expect(!gated.errors.contains("podman secret"), "\(gated.errors)")
    try workspace(
      "targets: {prod: {kind: kubernetes}}\ninstances:\n  a: {port: 8000, gpus: 1}\n"
        + "companions:\n  l: {kind: litellm, port: 4000}\n", ["a"])
    let lite = try machine.amm("validate")
    #expect(
      lite.errors.contains("'api_key: {secret: l-key, key: KEY}'")
        && !lite.errors.contains("podman"), "\(lite.errors)")
  }
}
