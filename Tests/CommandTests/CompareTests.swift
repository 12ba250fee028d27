import Foundation
import TestSupport
import Testing

/// `amm compare` against servers that do what they are told.
struct CompareTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A workspace with an instance for each server.
  func workspace(_ servers: FakeServer..., tasks: [String: String] = [:]) throws {
    var instances = "version: 1\ndefaults: {gpus: []}\ninstances:\n"
    for (index, server) in servers.enumerated() {
      let name = ["one", "two"][index]
      instances += "  \(name): {port: \(server.port)}\n"
      try folder.write(
        """
        name: model-\(name)
        source: {type: local, path: ~/models/\(name).gguf}
        container: {runtime: llama-cpp}
        parameters: {context_length: 4096}

        """, to: "w/profiles/tiny/\(name).yaml")
      try folder.link("w/active/\(name).yaml", to: "../profiles/tiny/\(name).yaml")
    }
    try folder.write(instances, to: "w/instances.yaml")
    for (name, text) in tasks { try folder.write(text, to: "w/tasks/\(name).yaml") }
  }

  func compare(_ words: String..., path: String? = nil) throws -> Finished {
    var environment = ["XDG_STATE_HOME": folder.file("state").path]
    if let path { environment["PATH"] = path }
    return try Program.run(
      Program.amm, ["compare"] + words + ["--workspace", folder.file("w").path],
      environment: environment)
  }

  func json(_ words: String..., path: String? = nil) throws -> [String: Any] {
    let all = ["compare"] + words + ["--json", "--workspace", folder.file("w").path]
    var environment = ["XDG_STATE_HOME": folder.file("state").path]
    if let path { environment["PATH"] = path }
    let result = try Program.run(Program.amm, all, environment: environment)
    #expect(result.status == 0, "\(result.errors)")
    return try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  static let quick = """
    version: 1
    name: quick
    kind: completion
    sampling: {max_tokens: 8}
    prompt_tokens: [64, 128]
    clients: [1, 3]
    repetitions: 4
    warm_up: 1
    """

  @Test func `a slower server is named, with how sure that is`() throws {
    let (fast, slow) = try (FakeServer("--delay", "0.002"), FakeServer("--delay", "0.04"))
    try workspace(fast, slow, tasks: ["quick": Self.quick])
    let report = try json("one", "two", "--task", "quick")
    let claim = try #require((report["claims"] as? [[String: Any]])?.first)
    #expect(claim["outcome"] as? String == "better" && claim["side"] as? Int == 0)
    let sentence = try #require(claim["sentence"] as? String)
    #expect(sentence.hasPrefix("one is faster than two: "))
    #expect(sentence.contains("95 % interval"))
    let measurements = try #require(report["measurements"] as? [[String: Any]])
    // Two lengths, one and three at once, four times, two sides; no warm-up.
    #expect(measurements.count == 64)
    let tokens = measurements.map { $0["completionTokens"] as? Int }
    #expect(tokens.allSatisfy { $0 == 8 })
    #expect(measurements.allSatisfy { $0["failure"] == nil })
    let first = try #require(measurements.first?["firstTokenMs"] as? Double)
    let latency = try #require(measurements.first?["latencyMs"] as? Double)
    #expect(first > 0 && first <= latency)
    let configuration = try #require(
      (report["sides"] as? [[String: Any]])?.first?["configuration"] as? [String: Any])
    #expect((configuration["profileHash"] as? String)?.count == 64)
  }

  @Test(arguments: [
    ("stall", "stalled"), ("close", "closed"), ("garbage", "garbage"), ("endless", "endless"),
    ("big", "endless"), ("status", "status"), ("refuse", "refused"), ("empty", "empty"),
    ("silent", "timeout"), ("html", "garbage"), ("drip", "timeout"),
  ])
  func `a server's fault is a counted failure with a reason`(fault: String, kind: String) throws {
    // The first request warms up.
    let server = try FakeServer("--fault", fault, "--every", "2")
    let task = """
      version: 1
      name: faults
      sampling: {max_tokens: 4}
      warm_up: 1
      repetitions: 2
      limits: {total: 2, stall: 1, bytes: 100000}
      items:
        - prompt: Hello
      """
    try workspace(server, tasks: ["faults": task])
    let report = try json("one", "--task", "faults")
    let side = try #require((report["sides"] as? [[String: Any]])?.first)
    #expect(side["failures"] as? [String: Int] == [kind: 1], "\(side)")
    #expect(side["requests"] as? Int == 2)
    // The page of it shows the reason, too.
    let measurements = try #require(report["measurements"] as? [[String: Any]])
    #expect(measurements.compactMap { $0["failure"] as? [String: String] }.first?["kind"] == kind)
  }

  @Test func `a server that never answers is said at once, with status 4`() throws {
    let server = try FakeServer("--fault", "status")
    try workspace(server, tasks: ["quick": Self.quick])
    let result = try compare("one", "--task", "quick")
    #expect(result.status == 4)
    #expect(result.errors.contains("'one' does not answer: error status (HTTP 503"))
    server.stop()
    // One that nobody waits for is a process still, but serves no longer.
    for _ in 0..<50 where kill(server.process, 0) == 0 { usleep(10_000) }
    let gone = try compare("one", "--task", "quick")
    #expect(gone.status == 4)
    #expect(gone.errors.contains("'one' does not answer: no connection"))
  }

  @Test func `answers are scored, and a score below the floor ends with status 2`() throws {
    try folder.write(
      #"{"France": "Paris", "number": "about 41", "aaa": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX"}"#,
      to: "answers.json")
    let server = try FakeServer("--answers", folder.file("answers.json").path)
    let task = """
      version: 1
      name: facts
      warm_up: 0
      score: {kind: exact}
      items:
        - {id: france, prompt: What is the capital of France?, expected: Paris}
        - {id: number, prompt: Which number?, expected: 42, score: {kind: number}}
        - {id: evil, prompt: aaa, score: {kind: pattern, pattern: '^(a+)+$'}}
        - {id: good, prompt: aaa, score: {kind: pattern, pattern: 'aX$'}}
        - {id: run, prompt: France, score: {kind: command, command: [grep, -q, Paris]}}
        - {id: fail, prompt: France, score: {kind: command, command: [grep, -q, Rome]}}
        - {id: hang, prompt: France, score: {kind: command, command: [sleep, "60"], timeout: 1}}
        - {id: flee, prompt: France, score: {kind: command, command: [sh, -c, "setsid sleep 4711 >/dev/null 2>&1 & exit 0"]}}
        - {id: fork, prompt: France, score: {kind: command, command: [sh, -c, "sleep 60 & sleep 60 & exit 0"], timeout: 1}}
      """
    try workspace(server, tasks: ["facts": task])
    let untrusted = try compare("one", "--task", "facts")
    #expect(untrusted.status == 1)
    #expect(
      untrusted.errors.contains(
        "'tasks/facts.yaml' of this workspace was not run, because"))
    #expect(untrusted.errors.contains("    grep -q Paris\n"))
    let report = try json("one", "--task", "facts", "--trust")
    let measurements = try #require(report["measurements"] as? [[String: Any]])
    let scores = Dictionary(
      uniqueKeysWithValues: measurements.map { ($0["item"] as! String, $0["score"] as? Double) })
    #expect(
      scores == [
        "france": 1, "number": 0, "evil": 0, "good": 1, "run": 1, "fail": 0, "hang": 0, "fork": 0,
        "flee": 1,
      ])
    let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { process in
      let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      return words == Data("sleep\u{0}4711\u{0}".utf8)
    }
    #expect(left.isEmpty, "what a score left behind is ended with it")
    let reasons = Dictionary(
      uniqueKeysWithValues: measurements.map {
        ($0["item"] as! String, $0["scoreReason"] as? String ?? "")
      })
    #expect(reasons["evil"] == "the pattern took more than 2 s")
    #expect(reasons["number"] == "the answer is 41")
    #expect(reasons["fail"] == "exit status 1")
    #expect(reasons["hang"] == "took more than 1 s")

    #expect(try compare("one", "--task", "facts", "--trust", "--fail-below", "0.3").status == 0)
    let below = try compare("one", "--task", "facts", "--trust", "--fail-below", "0.9")
    #expect(below.status == 2)
    #expect(below.errors.contains("the score of 'one' is 0.444, below 0.9"))
  }

  @Test func `embeddings are scored by what lies nearer`() throws {
    let server = try FakeServer()
    let task = """
      version: 1
      name: near
      kind: embedding
      score: {kind: closer}
      items:
        - {id: right, anchor: a b c, similar: a b d, dissimilar: x y z}
        - {id: wrong, anchor: a b c, similar: x y z, dissimilar: a b d}
      """
    try workspace(server, tasks: ["near": task])
    let report = try json("one", "--task", "near")
    let measurements = try #require(report["measurements"] as? [[String: Any]])
    let scores = Dictionary(
      uniqueKeysWithValues: measurements.map { ($0["item"] as! String, $0["score"] as? Double) })
    #expect(scores == ["right": 1, "wrong": 0])
  }

  @Test(arguments: [
    (["three", "--task", "quick"], 1, "there is no instance 'three'"),
    (["one", "--task", "quik"], 1, "did you mean 'quick'?"),
    (["one", "--task", "embedding"], 4, "does not answer"),
    (["one", "--task", "lm-eval:humaneval"], 3, "pip install"),
    (["one", "--task", "guidellm"], 3, "'guidellm' needs guidellm, which is not installed"),
    (["one", "--task", "vllm-bench"], 3, "'vllm-bench' needs vllm, which is not installed"),
    ([], 64, "one of the three"), (["one", "two", "three"], 64, "at most two"),
    (["one", "--history", "3"], 64, "must be 2"), (["--files", "a"], 64, "two files"),
    (["one", "--json", "--csv"], 64, "cannot be combined with '--csv'"),
    (["one", "--repetitions", "0"], 64, "at least 1"),
    (["one", "--fail-below", "200"], 64, "must be a number from 0 to 100"),
  ])
  func `a wrong command line is told with the way out`(
    words: [String], status: Int32, message: String
  ) throws {
    let server = try FakeServer("--fault", "garbage")
    try workspace(server, tasks: ["quick": Self.quick])
    let result = try Program.run(
      Program.amm, ["compare"] + words + ["--workspace", folder.file("w").path],
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(result.status == status)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  /// The real programs load models and data sets from a hub; these write what those write.
  @Test func `results of other programs are kept in the same form`() throws {
    try workspace(FakeServer(), FakeServer())
    let lmEval = #"""
      #!/bin/sh
      while [ $# -gt 0 ]; do [ "$1" = --output_path ] && out=$2; [ "$1" = --model_args ] && args=$2; shift; done
      case "$args" in *base_url=http://127.0.0.1:*/v1/chat/completions*) ;; *) exit 9;; esac
      mkdir -p "$out/model-one"
      for doc in 0 1 2 3 4 5 6; do for filter in strict flexible; do
        echo "{\"doc_id\": $doc, \"metrics\": [\"exact_match\"], \"exact_match\": $((doc % 2)).0, \"filter\": \"$filter\", \"filtered_resps\": [\"answer $doc\"]}"
      done; done > "$out/model-one/samples_gsm8k_2026-11-24T10-00-00.0.jsonl"
      """#
    let vllm = #"""
      #!/bin/sh
      while [ $# -gt 0 ]; do [ "$1" = --result-dir ] && out=$2; shift; done
      echo '{"ttfts": [0.1, 0.2], "itls": [[0.01, 0.02], []], "input_lens": [5, 6], "output_lens": [3, 0], "errors": ["", "boom"]}' > "$out/result.json"
      """#
    try folder.write(lmEval, to: "bin/lm_eval")
    try folder.write(vllm, to: "bin/vllm")
    try folder.write("#!/bin/sh\necho broken >&2; exit 7\n", to: "bin/guidellm")
    for name in ["lm_eval", "vllm", "guidellm"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/\(name)").path)
    }
    let path = folder.file("bin").path + ":/usr/bin:/bin"
    let scored = try json("one", "two", "--task", "lm-eval:gsm8k", path: path)
    let sides = try #require(scored["sides"] as? [[String: Any]])
    #expect(sides.map { $0["score"] as? Double } == [3.0 / 7, 3.0 / 7])
    #expect((scored["measurements"] as? [Any])?.count == 14)
    let claims = try #require(scored["claims"] as? [[String: Any]])
    #expect(claims.map { $0["subject"] as? String } == ["score"])

    let timed = try json("one", "--task", "vllm-bench", path: path)
    let measurements = try #require(timed["measurements"] as? [[String: Any]])
    #expect(measurements.map { $0["latencyMs"] as? Double } == [130, 200])
    #expect((measurements[1]["failure"] as? [String: String])?["detail"] == "boom")

    let broken = try compare("one", "--task", "guidellm", path: path)
    #expect(broken.status == 3)
    #expect(broken.errors.contains("guidellm ended with exit status 7"))
  }
}
