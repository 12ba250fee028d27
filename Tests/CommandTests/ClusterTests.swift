import Foundation
import TestSupport
import Testing
import Values

/// What amm asks `kubectl`, and what it makes of the answers.
struct ClusterTests {
  private let machine: FakeMachine

  init() throws {
    machine = try FakeMachine(having: ["systemctl", "podman", "kubectl"])
    try machine.home.write(
      """
      version: 1
      targets:
        here: {kind: podman}
        prod: {kind: kubernetes, namespace: ai, storage: {class: nfs, access: many}, runtime_class: nvidia}
      instances:
        main: {port: 8080, target: here, gpus: []}
        chat: {port: 8000, target: prod, gpus: 2, replicas: 2, token: {secret: hf, key: TOKEN}}
        big: {port: 8001, target: prod, gpus: 1, span: 2, start: manual}
      companions:
        webui: {kind: open-webui, port: 3000, target: prod}

      """, to: "w/instances.yaml")
    try profile("main", "vllm", "parameters: {num_shard: 1}")
    try profile("chat", "vllm", "parameters: {num_shard: 2}")
    try profile("big", "vllm", "parameters: {num_shard: 2}")
    #expect(try machine.amm("generate").status == 0)
  }

  private func profile(
    _ name: String, _ runtime: String, _ more: String, isNew: Bool = true
  ) throws {
    try machine.home.write(
      "name: \(name)\nsource: {type: huggingface, model_id: a/b}\ncontainer: {runtime: \(runtime)}\n\(more)\n",
      to: "w/profiles/x/\(name).yaml")
    if isNew {
      try machine.home.link("w/active/\(name).yaml", to: "../profiles/x/\(name).yaml")
    }
  }

  /// Objects have a name, an instance's label, a hash, which an older amm did not write, and generations.
  private func answer(_ words: String, _ rows: [[String]], status: Int? = nil) throws {
    let isOfObjects = ["get-deployments", "get-leaderworkersets"].contains(where: words.hasPrefix)
    let rows = rows.map { row in
      isOfObjects && row.count == 5
        ? row + [row[1].replacing("-nodes", with: ""), "", "1", "1", row[2], row[2]] : row
    }
    try machine.put(
      rows.map { $0.joined(separator: "\t") + "\n" }.joined(), at: "kubectl/" + words)
    if let status { try machine.put("\(status)\n", at: "kubectl/\(words).status") }
  }

  private func status() throws -> (cluster: JSONValue, drift: [String], verdict: String?) {
    let result = try machine.amm("status", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let value = try #require(JSONValue(parsing: result.output))
    let drift = (value["drift"]?.list ?? []).filter { $0["kind"]?.text == "cluster" }
      .compactMap { one in one["subject"]?.text.map { $0 + " " + (one["detail"]?.text ?? "") } }
    let cluster = try #require(value["clusters"]?.list?.first)
    return (cluster, drift, value["verdict"]?.text)
  }

  @Test func `status shows what the cluster runs`() throws {
    try answer(
      "get-deployments.apps",
      [
        ["Deployment", "chat", "2", "1", "x/chat"], ["Deployment", "gone", "1", "1", "x/gone"],
        ["Deployment", "webui", "1", "1", ""],
        // It is left from before the server spanned nodes.
        ["Deployment", "big", "1", "1", "x/big"],
      ])
    try answer(
      "get-leaderworkersets.leaderworkerset.x-k8s.io",
      [["LeaderWorkerSet", "big-nodes", "0", "", "x/old"]])
    try answer(
      "get-pods",
      [
        ["chat", "3", "", "", ""],
        ["chat", "1", "CrashLoopBackOff", "", ""], ["webui", "", "ContainerCreating", "", ""],
        ["chat", "", "", "", "0/4 nodes are available: 4 Insufficient nvidia.com/gpu."],
      ])
    let (cluster, drift, verdict) = try status()
    let servers = try #require(cluster["servers"]?.list)
    func texts(_ key: String) -> [String?] { servers.map { $0[key]?.text } }
    #expect(texts("name") == ["big", "chat", "webui"])
    #expect(texts("state") == ["stopped", "waiting", "ready"])
    #expect(texts("problem") == [nil, "CrashLoopBackOff", nil])
    #expect(
      texts("endpoint") == ["http://big.ai:8001", "http://chat.ai:8000", "http://webui.ai:3000"])
    #expect(servers[1]["restarts"]?.integer == 4 && servers[1]["wanted"]?.integer == 2)
    #expect(
      drift == [
        "prod/big serves x/old instead of x/big", "prod/deployment/big is not in the workspace",
        "prod/deployment/gone is not in the workspace",
      ])
    #expect(verdict == "unhealthy")
    let calls = try machine.calls().filter { $0.hasPrefix("kubectl") }
    #expect(
      calls.allSatisfy { $0.hasPrefix("kubectl --request-timeout=10s --namespace=ai get ") })
    let shown = try machine.amm("status").output
    #expect(shown.contains("prod/chat: ready 1 of 2, 4 restarts, x/chat, http://chat.ai:8000"))
    #expect(shown.contains("  CrashLoopBackOff\n") && shown.contains("prod/big: stopped"))
  }

  @Test func `a cluster without LeaderWorkerSets shows its other servers`() throws {
    try answer("get-deployments.apps", [["Deployment", "chat", "2", "2", "x/chat"]])
    try answer("get-leaderworkersets.leaderworkerset.x-k8s.io", [], status: 1)
    let servers = try #require(try status().cluster["servers"]?.list)
    #expect(servers.map { $0["state"]?.text } == ["unknown", "ready", "missing"])
    let help = try machine.amm("status", "--drift").output
    #expect(help.contains("not checked: prod: LeaderWorkerSets: kubectl ended with status 1"))
    try answer("get-deployments.apps", [["Deployment", "old", "1", "1", ""]])
    let drift = try machine.amm("status", "--drift").output
    #expect(
      drift.contains(
        "'kubectl delete deployment,service,poddisruptionbudget --selector ai-models.instance=old --namespace ai' removes it"
      ))
    // The Service of an instance that is now over several nodes stays.
    try answer("get-deployments.apps", [["Deployment", "big", "1", "1", "x/big"]])
    let moved = try machine.amm("status", "--drift").output
    #expect(moved.contains("'kubectl delete deployment/big --namespace ai' removes it"), "\(moved)")
  }

  /// One `kubectl` answers for both targets, whose namespaces have one name.
  @Test func `an object of another target is not left over`() throws {
    let text = try machine.home.read("w/instances.yaml")
    try machine.home.write(
      text.replacing(
        "instances:\n", with: "  west: {kind: kubernetes, namespace: ai}\ninstances:\n"
      )
      .replacing(
        "companions:\n", with: "  far: {port: 8002, target: west, gpus: 1}\ncompanions:\n"),
      to: "w/instances.yaml")
    try profile("far", "vllm", "parameters: {num_shard: 1}")
    try answer(
      "get-deployments.apps",
      [
        ["Deployment", "chat", "2", "2", "x/chat"], ["Deployment", "far", "1", "1", "x/far"],
        ["Deployment", "gone", "1", "1", "x/gone"],
      ])
    #expect(
      try status().drift.filter { $0.hasSuffix("is not in the workspace") } == [
        "prod/deployment/gone is not in the workspace",
        "west/deployment/gone is not in the workspace",
      ])
  }

  @Test func `a cluster that does not answer is said, and is not healthy`() throws {
    try machine.put(at: "kubectl/silent")
    let result = try machine.amm("status", "--check")
    #expect(result.status == 4 && result.output.contains("not checked: prod: kubectl ended with"))
    let servers = try #require(try status().cluster["servers"]?.list)
    #expect(servers.allSatisfy { $0["state"]?.text == "unknown" })
    let doctor = try machine.amm("doctor", "--target", "prod")
    #expect(doctor.status == 3 && doctor.output.contains("kubectl ended with status 1"))
    let live = try machine.amm("generate", "--diff", "--live")
    #expect(live.status == 3 && live.errors.contains("was refused"), "\(live.errors)")
    let logs = try machine.amm("logs", "chat")
    #expect(logs.status == 3 && logs.errors.contains("was refused"))
  }

  /// Another program for differences may end with 0 although there are some.
  @Test(arguments: [(0, false, 0), (0, true, 2), (1, true, 2), (2, true, 3)])
  func `differences of the cluster have a status of their own`(
    status: Int, isDifferent: Bool, expected: Int
  ) throws {
    let objects = machine.home.file("w").path + "/generated/prod/kubernetes"
    try answer(
      "diff-" + objects.map { $0 == "/" ? "_" : String($0) }.joined(),
      isDifferent ? [["-old", "+new"]] : [], status: status)
    let result = try machine.amm("generate", "--diff", "--live")
    #expect(Int(result.status) == expected, "\(result.errors)")
    #expect((result.output + result.errors).contains("-old") == isDifferent)
    try profile("chat", "vllm", "parameters: {num_shard: 2, context_length: 4096}", isNew: false)
    let stale = try machine.amm("generate", "--diff", "--live")
    #expect(stale.status == 1 && stale.errors.contains("is not up to date"))
  }

  @Test func `doctor looks for what the objects need`() throws {
    let bare = try machine.amm("doctor", "--target", "prod")
    #expect(bare.status == 3 && bare.output.contains("the cluster has no 'ai'"))
    #expect(bare.output.contains("kubectl create namespace ai"))
    try answer("get-namespaces-ai", [["namespace/ai"]])
    try answer("get-secrets-hf", [["OTHER"]])
    try answer("get-nodes", [["1"], [""], ["1"]])
    let result = try machine.amm("doctor", "--target", "prod")
    #expect(result.status == 3)
    for line in [
      "secret hf has no key 'TOKEN'",
      "hf --from-file=./TOKEN --dry-run=client --output=json | kubectl --namespace=ai patch secret hf",
      "storage class the cluster has no 'nfs'", "runtime class the cluster has no 'nvidia'",
      "nvidia.com/gpu a node has 1 at most, and a server needs 2",
      "LeaderWorkerSet is not installed",
    ] {
      let words = result.output.split { $0.isWhitespace }.joined(separator: " ")
      #expect(words.contains(line), "\(line): \(result.output)")
    }
    try answer("get-secrets-hf", [["TOKEN"]])
    try answer("get-storageclasses.storage.k8s.io-nfs", [["storageclass.storage.k8s.io/nfs"]])
    try answer("get-runtimeclasses.node.k8s.io-nvidia", [["runtimeclass.node.k8s.io/nvidia"]])
    try answer("get-nodes", [["8"], ["8"]])
    let name = "leaderworkersets.leaderworkerset.x-k8s.io"
    try answer("get-customresourcedefinitions-" + name, [["crd/" + name]])
    let good = try machine.amm("doctor", "--target", "prod")
    #expect(good.status == 0 && good.output.contains("16 on 2 nodes"), "\(good.output)")
    let calls = try machine.calls().filter { $0.contains("secrets") }
    // The values of secrets are not asked for.
    #expect(calls.allSatisfy { $0.contains("{{$key}}") || $0.contains("--output=name") })
    let unknown = try machine.amm("doctor", "--target", "prd")
    #expect(unknown.status == 1 && unknown.errors.contains("did you mean 'prod'?"))
  }

  /// The rights of a namespace do not include nodes and classes.
  @Test func `doctor says what it may not see`() throws {
    try answer("get-namespaces-ai", [], status: 1)
    try answer("get-storageclasses.storage.k8s.io-nfs", [], status: 1)
    try answer("get-nodes", [], status: 1)
    try answer("get-secrets-hf", [["TOKEN"]])
    let result = try machine.amm("doctor", "--target", "prod")
    #expect(result.output.contains("secret hf") && result.output.contains("has the key 'TOKEN'"))
    let words = result.output.split { $0.isWhitespace }.joined(separator: " ")
    for subject in ["namespace", "classes", "GPUs"] {
      #expect(words.contains("\(subject) not checked: kubectl ended with status 1"), "\(words)")
    }
  }

  @Test func `an instance of a cluster is not started or switched here`() throws {
    let start = try machine.amm("start", "chat")
    #expect(start.status == 3)
    #expect(start.errors.contains("kubectl scale deployment/chat --namespace ai"))
    let big = try machine.amm("stop", "big")
    #expect(big.errors.contains("kubectl scale leaderworkerset/big-nodes --namespace ai"))
    let refused = try machine.amm("switch", "chat", "x/big")
    #expect(refused.status == 3 && refused.errors.contains("of the kind 'kubernetes'"))
    #expect(refused.errors.contains("kubectl apply -k generated/prod/kubernetes"))
    try machine.put(at: "kubectl/logs")
    let logs = try machine.amm("logs", "chat", "-n", "5")
    #expect(logs.status == 0, "\(logs.errors)")
    let words =
      "logs --selector=ai-models.instance=chat --all-containers --ignore-errors --tail=5 --prefix --max-log-requests=100"
    #expect(try machine.calls().contains("kubectl --request-timeout=10s --namespace=ai " + words))
  }

  @Test func `the address of an instance is the cluster's`() throws {
    let result = try machine.amm("endpoints", "--json")
    let endpoints = try #require(JSONValue(parsing: result.output)?["endpoints"]?.list)
    let urls = endpoints.compactMap { one in one["url"]?.text }
    #expect(urls == ["http://big.ai:8001", "http://chat.ai:8000", "http://127.0.0.1:8080"])
  }

  @Test func `one target alone is written, or its objects are printed`() throws {
    let out = machine.home.file("out").path
    let typo = try machine.amm("generate", "--for", "prdo", "--output", out)
    #expect(typo.status == 1 && typo.errors.contains("did you mean 'prod'?"), "\(typo.errors)")
    let here = try machine.amm(
      "generate", "--for", "any-machine", "--scope", "user", "--output", out)
    #expect(here.status == 0 && here.output.contains("created \(out)/instances.nix"))
    let printed = try machine.amm("generate", "--for", "prod", "--print")
    #expect(printed.status == 0 && printed.output.contains("kind: \"LeaderWorkerSet\""))
    #expect(!printed.output.contains("Kustomization"))
    let wrong = try machine.amm("generate", "--for", "here", "--print")
    #expect(wrong.status == 1 && wrong.errors.contains("is none"))
    let system = try machine.amm(
      "generate", "--for", "here", "--scope", "system", "--output", out)
    #expect(system.status == 1 && system.errors.contains("write 'scope: system' for here"))
  }
}
