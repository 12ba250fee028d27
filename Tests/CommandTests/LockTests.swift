import Foundation
import TestSupport
import Testing

/// `amm lock` and what a lock does, against a stand-in for the hub.
struct LockTests {
  let hub: FakeHub
  let home: TemporaryFolder
  static let tokenizer = #"{"chat_template": "{% if tools %}{% endif %}"}"#

  init() throws {
    hub = try FakeHub()
    home = try TemporaryFolder()
    try hub.put(Self.configuration(context: 4096), at: "config.json", in: "acme/tiny")
    try hub.put(Self.tokenizer, at: "tokenizer_config.json", in: "acme/tiny")
    try hub.put(String(repeating: "w", count: 200_000), at: "model.safetensors", in: "acme/tiny")
    try hub.put("not needed", at: "README.md", in: "acme/tiny")
    try hub.describe("acme/tiny", #"{"license": "apache-2.0"}"#)
    try home.write(
      """
      version: 1
      defaults: {gpus: []}
      instances:
        main: {port: 8080}

      """, to: "w/instances.yaml")
    try home.write(
      """
      name: tiny
      source: {type: huggingface, model_id: acme/tiny}
      container: {runtime: vllm, image: "localhost/vllm:1"}

      """, to: "w/profiles/chat/tiny.yaml")
    try home.link("w/active/main.yaml", to: "../profiles/chat/tiny.yaml")
  }

  static func configuration(context: Int) -> String {
    """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64,
     "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2,
     "max_position_embeddings": \(context), "vocab_size": 100}
    """
  }

  private func amm(_ words: String..., with more: [String: String] = [:]) throws -> Finished {
    let environment = [
      "HOME": home.url.path, "HF_ENDPOINT": hub.address, "HF_HUB_OFFLINE": "0",
    ]
    return try Program.run(
      Program.amm, words + ["--workspace", home.file("w").path],
      environment: environment.merging(more) { $1 })
  }

  @Test func `a lock has what the hub says, and nothing twice`() throws {
    let made = try amm("lock")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("licence apache-2.0"))
    let text = try home.read("w/models.lock.json")
    #expect(text.contains("\"context_length\": 4096") && text.contains("\"tools\": true"))
    #expect(!text.contains("README"))
    #expect(try amm("lock").output == "1 entry, none missing\n")
    #expect(try amm("lock", "--update").output.hasSuffix(": unchanged\n"))
    #expect(try home.read("w/models.lock.json") == text)
    #expect(try amm("lock", "--check").status == 0)
    // Of a file that Git keeps and of one that it does not, the hash is the content's.
    let tool = try #require(Program.find("sha256sum"))
    for file in ["config.json", "model.safetensors"] {
      let hash = try Program.run(tool, [hub.root.file("models/acme/tiny/\(file)").path])
      #expect(text.contains(String(hash.output.prefix(64))))
    }
  }

  /// A head that fits into the first range that is asked for, and one that does not.
  @Test(arguments: [(1 << 8, 1), (1 << 19, 2)])
  func `the heads of weights are read by ranges`(size: Int, requests: Int) throws {
    let tensors =
      #"{"model.layers.0.mlp.up_proj.weight": {"dtype": "BF16", "shape": [8, 4], "data_offsets": [0, 64]},"#
      + #" "lm_head.weight": {"dtype": "BF16", "shape": [2, 4], "data_offsets": [64, 80]}}"#
    let length = withUnsafeBytes(of: UInt64(size).littleEndian, Array.init)
    let head =
      String(decoding: length, as: UTF8.self) + tensors
      + String(repeating: " ", count: size - tensors.utf8.count)
    try hub.put(head + String(repeating: "w", count: 80), at: "model.safetensors", in: "acme/tiny")
    let made = try amm("lock")
    #expect(made.status == 0, "\(made.errors)")
    let text = try home.read("w/models.lock.json")
    #expect(
      text.contains(
        #""weights": {"output": 16, "feed_forward": 64, "layers": [{"count": 1, "bytes": 64}]}"#),
      "\(text)")
    #expect(
      try hub.log().filter { $0.contains("/resolve/") && $0.contains("model.safetensors") }.count
        == requests)
  }

  /// A repository that holds something else than a model, and what is said of it.
  @Test(
    arguments: [
      (["model_index.json": "{}", "unet/config.json": "{}"], "is a diffusers pipeline"),
      (
        [
          "adapter_config.json": #"{"base_model_name_or_path": "acme/tiny"}"#,
          "adapter_model.safetensors": "w",
        ], "help: add the base model 'acme/tiny'"
      ),
      (["README.md": "x"], "has no weights that a server can load"),
      (
        [
          "config.json": "{}", "model-00001-of-00002.safetensors": "w",
          "model.safetensors.index.json":
            #"{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}"#,
        ], "lacks 'model-00002-of-00002.safetensors', a part of its weights"
      ),
      (
        ["config.json": "{}", "model-00001-of-00003.safetensors": "w"],
        "lacks 'model-00002-of-00003.safetensors'"
      ),
    ] as [([String: String], String)])
  func `what is no model is named`(files: [String: String], words: String) throws {
    for (path, text) in files { try hub.put(text, at: path, in: "acme/other") }
    let added = try amm("add", "acme/other")
    #expect(added.status == 1 && added.errors.contains(words), "\(added.errors)")
  }

  @Test func `units pin the commit, without network and the same everywhere`() throws {
    #expect(try amm("lock").status == 0)
    let offline = ["HF_ENDPOINT": "http://127.0.0.1:1"]
    #expect(try amm("validate", "--strict", with: offline).status == 0)
    #expect(try amm("generate", with: offline).status == 0)
    let unit = try home.read("w/generated/quadlet/main.container")
    let commit = try #require(
      try home.read("w/models.lock.json").firstMatch(of: /"commit": "([0-9a-f]{40})"/)
    ).output.1
    #expect(unit.contains("--revision \(commit)"))
  }

  @Test func `what the lock says of a model is checked`() throws {
    #expect(try amm("lock").status == 0)
    try home.write(
      try home.read("w/profiles/chat/tiny.yaml") + "parameters: {context_length: 8192}\n",
      to: "w/profiles/chat/tiny.yaml")
    let refused = try amm("validate")
    #expect(refused.status == 1 && refused.errors.contains("[context-exceeds-model]"))
    #expect(refused.errors.contains("the lock has this fact about the model"))
  }

  @Test func `what moved is told, and taken over when that is wanted`() throws {
    #expect(try amm("lock").status == 0)
    let before = try home.read("w/models.lock.json")
    let folder = hub.root.file("commits/old")
    try FileManager.default.createDirectory(
      at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: hub.root.file("models/acme/tiny"), to: folder)
    let commit = try #require(before.firstMatch(of: /"commit": "([0-9a-f]{40})"/)).output.1
    try hub.describe(
      "acme/tiny", #"{"license": "mit", "commits": {"\#(commit)": "old"}}"#)
    try hub.put(Self.configuration(context: 2048), at: "config.json", in: "acme/tiny")
    let check = try amm("lock", "--check")
    #expect(
      check.output.contains(
        "has moved: licence changed from 'apache-2.0' to 'mit'; commit changed from"),
      "\(check.output)\(check.errors)")
    #expect(check.output.contains("'config.json' has different content"))
    #expect(try home.read("w/models.lock.json") == before)
    let update = try amm("lock", "--update", "tiny")
    #expect(update.output.contains("licence changed from 'apache-2.0' to 'mit'"))
    #expect(try home.read("w/models.lock.json").contains("\"context_length\": 2048"))
  }

  /// Each as a change of a line that is right, and whether it can be seen without asking.
  @Test(
    arguments: [
      ("\"context_length\": 4096", "\"context_length\": 131072"),
      ("\"license\": \"apache-2.0\"", "\"license\": \"mit\""),
      ("\"gated\": \"open\"", "\"gated\": \"manual\""),
      ("\"size\": 200000", "\"size\": 200001"),
      ("\"model.safetensors\"", "\"model2.safetensors\""),
      ("\"tools\": true", "\"thinking\": true"), ("\"commit\": \"", "\"commit\": \"0"),
      ("\"sha256\": \"", "\"sha256\": \"0"), ("\"vocabulary\": 100", "\"vocabulary\": 101"),
    ])
  func `a changed lock is told from what the hub has`(old: String, new: String) throws {
    #expect(try amm("lock").status == 0)
    var text = try home.read("w/models.lock.json")
    #expect(text.contains(old))
    text = text.replacing(old, with: new, maxReplacements: 1)
    // A digit that is put before others pushes one out.
    for key in ["commit", "sha256"] where old.contains(key) {
      let start = try #require(text.range(of: new)).upperBound
      text.remove(at: try #require(text[start...].firstIndex(of: "\"")).self.previous(in: text))
    }
    try home.write(text, to: "w/models.lock.json")
    let check = try amm("lock", "--check")
    #expect(check.status == 1, "\(check.output)\(check.errors)")
  }

  @Test func `a check without network finds what is missing, left over and edited`() throws {
    #expect(try amm("lock", "--check", "--offline").status == 1)
    #expect(try amm("lock").status == 0)
    #expect(try amm("lock", "--check", "--offline").status == 0)
    let text = try home.read("w/models.lock.json")
    try home.write(text.replacing("    }\n  }", with: "    }\n\n  }"), to: "w/models.lock.json")
    let edited = try amm("lock", "--check", "--offline")
    #expect(edited.status == 1 && edited.errors.contains("'amm lock' fixes that"))
    try home.write(text.replacing("acme/tiny\"", with: "acme/other\""), to: "w/models.lock.json")
    let renamed = try amm("lock", "--check", "--offline")
    #expect(renamed.errors.contains("is missing; 'chat/tiny' needs it"))
    #expect(renamed.errors.contains("is not needed"))
    #expect(try amm("lock").output.contains("removed; nothing needs it"))
    #expect(try home.read("w/models.lock.json") == text)
  }

  @Test func `a damaged lock stops what would pin by it`() throws {
    try home.write("{\"version\": 1, \"models\": {}, \"image\": {}}", to: "w/models.lock.json")
    for command in ["validate", "generate", "lock"] {
      let refused = try amm(command)
      #expect(refused.status == 1, "\(command)")
      #expect(
        refused.errors.contains("models.lock.json:1:") && refused.errors.contains("[lock-damaged]"))
    }
    #expect(try amm("lock", "--update").status == 0)
  }

  @Test func `twenty at once leave a whole lock with all that was asked for`() throws {
    for number in 0..<4 {
      let id = "acme/m\(number)"
      try hub.put(Self.configuration(context: 4096), at: "config.json", in: id)
      try hub.put("w", at: "model.safetensors", in: id)
      try home.write(
        "name: m\(number)\nsource: {type: huggingface, model_id: \(id)}\ncontainer: {runtime: vllm, image: \"localhost/vllm:1\"}\n",
        to: "w/profiles/chat/m\(number).yaml")
    }
    let runner = try #require(Program.find("xargs"))
    try home.write((0..<20).map { "m\($0 % 4)\n" }.joined(), to: "names")
    let result = try Program.run(
      runner,
      [
        "-P", "20", "-I", "{}", "-a", home.file("names").path, Program.amm.path, "lock", "--update",
        "{}", "--workspace", home.file("w").path,
      ],
      environment: [
        "HOME": home.url.path, "HF_ENDPOINT": hub.address, "HF_HUB_OFFLINE": "0",
      ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try amm("lock").status == 0)
    #expect(try amm("lock", "--check").status == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: home.file("w").path)
    #expect(left.sorted() == ["active", "instances.yaml", "models.lock.json", "profiles"])
  }

  /// Whoever writes a lock cannot say that somebody saw it.
  @Test func `an entry is verified for who saw it at the hub, as it stands`() throws {
    #expect(try amm("lock").status == 0)
    #expect(try amm("info", "chat/tiny").output.contains("verified: yes"))
    let other = ["HOME": home.file("other").path]
    #expect(try amm("info", "chat/tiny", with: other).output.contains("verified: no"))
    let text = try home.read("w/models.lock.json")
    try home.write(text.replacing("apache-2.0", with: "mit"), to: "w/models.lock.json")
    #expect(try amm("info", "chat/tiny").output.contains("verified: no"))
    #expect(try amm("lock", "--check").status == 1)
    #expect(try amm("info", "chat/tiny").output.contains("verified: no"))
    try home.write(text, to: "w/models.lock.json")
    try FileManager.default.createDirectory(
      at: home.file("other"), withIntermediateDirectories: true)
    #expect(try amm("lock", "--check", with: other).status == 0)
    #expect(try amm("info", "chat/tiny", with: other).output.contains("verified: yes"))
  }

  /// Its registry knows no manifest by its digest, so that only the tag can be asked for.
  @Test func `a tag of Ollama's that moved is told, and a changed entry is found`() throws {
    let digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    let manifest = """
      {"config": {"mediaType": "c/x", "digest": "\(digest)", "size": 2}, "layers": [
       {"mediaType": "application/vnd.ollama.image.model", "digest": "\(digest)", "size": 2}]}
      """
    let place = "ollama/me/tiny/q4"
    try hub.root.write(manifest, to: place + "/manifest.json")
    try hub.root.write("{}", to: place + "/" + digest.replacing(":", with: "-"))
    try home.write(
      "name: o\nsource: {type: ollama, model_id: \"127.0.0.1:\(hub.port)/me/tiny:q4\"}\ncontainer: {runtime: ollama, image: \"localhost/o:1\"}\n",
      to: "w/profiles/chat/o.yaml")
    let made = try amm("lock")
    #expect(made.status == 0, "\(made.errors)")
    #expect(try amm("lock", "--check").status == 0)
    let text = try home.read("w/models.lock.json")
    let changed = text.replacing(
      "model\": {\"size\": 2,", with: "model\": {\"size\": 3,")
    #expect(changed != text)
    try home.write(changed, to: "w/models.lock.json")
    #expect(try amm("lock", "--check").status == 1)
    try home.write(text, to: "w/models.lock.json")
    try hub.root.write(manifest + "\n", to: place + "/manifest.json")
    let moved = try amm("lock", "--check")
    #expect(moved.status == 0, "\(moved.errors)")
    #expect(moved.output.contains("has moved: commit changed from"))
  }

  @Test func `what cannot be had is told with a way out, and the rest is locked`() throws {
    try home.write(
      "name: gone\nsource: {type: huggingface, model_id: acme/gone}\ncontainer: {runtime: vllm, image: \"localhost/vllm:1\"}\n",
      to: "w/profiles/chat/gone.yaml")
    try hub.put("{}", at: "config.json", in: "acme/gated")
    try hub.put("w", at: "model.safetensors", in: "acme/gated")
    try hub.describe("acme/gated", #"{"gated": "auto"}"#)
    try home.write(
      "name: gated\nsource: {type: huggingface, model_id: acme/gated}\ncontainer: {runtime: vllm, image: \"localhost/vllm:1\"}\n",
      to: "w/profiles/chat/gated.yaml")
    // Nobody serves these two, so that the lock is what it has to be.
    let result = try amm("lock")
    #expect(result.status == 0)
    #expect(result.errors.contains("there is no model 'acme/gone'"))
    #expect(result.errors.contains("no instance serves it"))
    #expect(try amm("lock", "--check", "--offline").status == 0)
    #expect(try amm("lock", "gone").status == 1)
    #expect(result.errors.contains("accept them at \(hub.address)/acme/gated"))
    #expect(try home.read("w/models.lock.json").contains("huggingface:acme/tiny"))
    // The token is read from its file, and goes to nobody but the hub.
    try home.write("hf_test\n", to: ".cache/huggingface/token")
    try FileManager.default.removeItem(at: home.file("w/profiles/chat/gone.yaml"))
    #expect(try amm("lock").status == 0)
    #expect(try home.read("w/models.lock.json").contains("\"gated\": \"automatic\""))
    let warned = try amm("validate")
    #expect(!warned.errors.contains("hf_test"))
  }
}

extension String.Index {
  fileprivate func previous(in text: String) -> String.Index { text.index(before: self) }
}
