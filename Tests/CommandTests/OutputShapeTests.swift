import Foundation
import Reports
import TestSupport
import Testing
import Values

/// What commands print as JSON, and the schemas that `amm schema --output-of` prints for it.
@Suite(.needs(.python))
struct OutputShapeTests {
  /// Checks each document (standard input: a list of name and text) against the schema of its name, where no
  /// object may have a member that the schema does not declare.
  private static let script = """
    import json, subprocess, sys
    import jsonschema

    def closed(schema):
        if isinstance(schema, list): return [closed(item) for item in schema]
        if not isinstance(schema, dict): return schema
        schema = {key: closed(value) for key, value in schema.items()}
        if "properties" in schema and "required" in schema: schema["additionalProperties"] = False
        return schema

    for name, text in json.load(sys.stdin):
        printed = subprocess.run([sys.argv[1], "schema", "--output-of", name], capture_output=True)
        schema = json.loads(printed.stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        document = json.loads(text)
        jsonschema.validate(document, schema)
        for error in jsonschema.Draft202012Validator(closed(schema)).iter_errors(document):
            print(name, list(error.absolute_path), error.message)
    """

  private let machine: FakeMachine

  init() throws {
    machine = try FakeMachine()
    try machine.workspace(["one": 9401, "two": 9402])
    try machine.home.write(
      """
      name: model
      source: {type: huggingface, model_id: openai/gpt-oss-20b}
      container: {runtime: vllm}
      vllm: {max_model_len: 8192}

      """, to: "w/profiles/chat/model.yaml")
    try machine.home.write(
      """
      name: old
      source: {type: huggingface, model_id: Qwen/Qwen3-8B}
      container: {runtime: tgi}
      tgi: {max_total_tokens: 4096, max_batch_prefill_tokens: 4096, watermark_gamma: 0.5}

      """, to: "w/profiles/chat/old.yaml")
    // A Podman with one volume that nothing uses.
    try machine.home.write(
      """
      #!/bin/sh
      case "$1 $2" in
        "volume ls") echo '[{"Name": "old", "Mountpoint": "/x", "Labels": {"ai-models.store": "true"}}]' ;;
        "image ls" | "container ls") echo '[]' ;;
        "image exists") exit 0 ;;
        *) exit 125 ;;
      esac

      """, to: "bin-podman")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: machine.home.file("bin-podman").path)
    try FileManager.default.removeItem(at: machine.home.file("bin/podman"))
    try machine.home.link("bin/podman", to: machine.home.file("bin-podman").path)
    try machine.home.write("INFO Model loading took 14.96 GiB memory\n", to: "server.log")
    try machine.home.write("name: [\n", to: "broken/profiles/c/p.yaml")
    try machine.home.write("version: 1\ninstances: {}\n", to: "broken/instances.yaml")
  }

  /// The command lines that print each output, and the workspace; those that change something come last.
  private var commands: [(name: String, words: [String])] {
    let log = machine.home.file("server.log").path
    return [
      ("list", ["list", "--gpu", "RTX 4090"]), ("info-profile", ["info", "chat/model"]),
      ("info", ["info"]), ("info-instance", ["info", "one"]), ("status", ["status"]),
      ("endpoints", ["endpoints"]), ("doctor", ["doctor"]), ("validate", ["validate"]),
      ("explain", ["explain", "unknown-key"]), ("explain-list", ["explain", "--list"]),
      ("generate", ["generate", "--check"]), ("trust", ["trust", "--show"]),
      ("lock-check", ["lock", "--check", "--offline"]), ("clean", ["clean"]),
      ("plan", ["plan", "chat/model", "--gpu", "RTX 4090"]), ("plan-workspace", ["plan"]),
      ("plan-against", ["plan", "chat/model", "--gpu", "RTX 4090", "--against", log]),
      ("migrate", ["migrate", "chat/old", "--to", "vllm", "--dry-run"]),
      ("add", ["add", "Qwen/Qwen3-8B", "--offline", "--dry-run"]),
      (
        "import",
        ["import", Repository.file("Tests/Corpus/imports/docker.sh").path, "--dry-run"]
      ),
      ("export", ["export", "one", "--as", "run"]),
      ("switch-preview", ["switch", "one", "one-two", "--dry-run"]),
      ("generate", ["generate"]), ("switch", ["switch", "one", "one-two"]),
      ("history", ["history"]), ("status", ["status", "--drift"]), ("lock", ["lock"]),
      ("experiment-list", ["experiment", "list"]), ("init", ["init"]),
    ]
  }

  @Test func `each output has the declared shape`() throws {
    #expect(try machine.amm("experiment", "start", "Test").status == 0)
    var documents: [Value] = []
    for (name, words) in commands {
      var words = words + ["--json"]
      if words[0] == "init" { words = ["init", machine.home.file("new").path, "--json"] }
      let result =
        try ["init", "explain"].contains(words[0])
        ? Program.run(Program.amm, words, environment: ["HOME": machine.home.url.path])
        : machine.amm(
          words, environment: ["HF_HUB_OFFLINE": "0", "HF_ENDPOINT": "http://127.0.0.1:9"])
      #expect(result.output.hasPrefix("{\n  \"version\": 1"), "\(words): \(result.errors)")
      documents.append(.list([.text(name), .text(result.output)]))
    }
    let broken = try machine.amm("validate", "--json", in: "broken")
    documents.append(.list(["validate", .text(broken.output)]))
    try machine.home.write(#"{"version": 1, "models": {}, "images": {}}"#, to: "w/models.lock.json")
    let verified = try machine.amm("lock", "--verify", "--json")
    #expect(verified.output.contains("\"verified\": []"), "\(verified.errors)")
    documents.append(.list(["lock-verify", .text(verified.output)]))
    try machine.home.write(JSON.text(.list(documents)), to: "documents.json")
    let result = try Program.run(
      try #require(Program.find("sh")),
      [
        "-c", "\"$1\" -c \"$2\" \"$3\" < \"$4\"", "sh", try #require(Program.python).path,
        Self.script, Program.amm.path, machine.home.file("documents.json").path,
      ])
    #expect(result.output == "" && result.status == 0, "\(result.output)\(result.errors)")
    // The end-to-end test `up` checks the one that needs a server.
    let seen = Set(commands.map(\.name) + ["lock-verify", "up"])
    #expect(Set(CommandOutput.all.map(\.name)) == seen)
  }

  @Test func `YAML says what JSON says`() throws {
    let python = try #require(Program.python)
    for name in ["chat/model", "one"] {
      let yaml = try machine.amm("info", name, "--yaml").output
      let json = try machine.amm("info", name, "--json").output
      try machine.home.write(yaml, to: "info.yaml")
      try machine.home.write(json, to: "info.json")
      let result = try Program.run(
        python,
        [
          "-c",
          "import json, sys, yaml; sys.exit(yaml.safe_load(open(sys.argv[1])) != json.load(open(sys.argv[2])))",
          machine.home.file("info.yaml").path, machine.home.file("info.json").path,
        ])
      #expect(result.status == 0, "\(yaml)\(result.errors)")
    }
  }

  @Test func `texts that mean something else in YAML stay texts`() throws {
    let texts = [
      "yes", "No", "ON", "y", "null", "~", "true", "1", "1e3", "0x10", "12:30", ".inf",
      "2026-11-29", "- a",
      "a: b", "#x", "a #b", "", " ", "\n", "a\nb", "é", "'", "\"", "%", "@", "*a", "&a", "!a", "|",
      ">", "[",
    ]
    let document = Value.set(
      texts.enumerated().map { .init($0.element + "-\($0.offset)", .text($0.element)) }
        + [
          .init("list", .texts(texts)), .init("none", .list([])),
          .init("empty", .set([Value.Member]())),
        ])
    try machine.home.write(Shown(yaml: document).text, to: "texts.yaml")
    try machine.home.write(JSON.text(document), to: "texts.json")
    let result = try Program.run(
      try #require(Program.python),
      [
        "-c",
        "import json, sys, yaml; sys.exit(yaml.safe_load(open(sys.argv[1])) != json.load(open(sys.argv[2])))",
        machine.home.file("texts.yaml").path, machine.home.file("texts.json").path,
      ])
    #expect(result.status == 0, "\(Shown(yaml: document).text)\(result.errors)")
  }

  @Test func `an unknown output is named with the nearest one`() throws {
    let result = try Program.amm("schema", "--output-of", "statsu")
    #expect(result.status == 64 && result.errors.contains("did you mean 'status'?"))
    let list = try Program.amm("schema", "--outputs").output
    #expect(CommandOutput.all.allSatisfy { list.contains($0.command) })
  }
}
