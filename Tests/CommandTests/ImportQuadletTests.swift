import Foundation
import Imports
import TestSupport
import Testing

/// How the import reads quadlet files, compared with Podman's generator.
struct ImportQuadletTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func amm(_ words: String...) throws -> Finished {
    try Program.amm(words, in: folder.url, environment: ["HOME": "/home/me", "AMM_WORKSPACE": ""])
  }

  /// Values of 'Exec=', with the words that Podman gets: none if the generator ignores the line.
  static let values: [(value: String, words: [String])] = [
    ("a b", ["a", "b"]), ("  a\tb  ", ["a", "b"]), ("\"a b\" 'c d'", ["a b", "c d"]),
    ("\"b c\"d e'f g'", ["b cd", "ef g"]), ("it's fine", ["its fine"]),
    ("a \"b c", ["a", "b c"]), (#"{"a":1}"#, ["{a:1}"]), (#"'{"a": 1}'"#, [#"{"a": 1}"#]),
    (#"a\tb \x41 \u00e9 \101 \s"#, ["a\tb", "A", "é", "A", " "]),
    (#"\\ \" \'"#, ["\\", "\"", "'"]), (#""a\"b""#, ["a\"b"]), (#"'a\'b'"#, ["a'b"]),
    (#"a b\d c"#, []), (#"a\ b"#, []), (#"\x4"#, []), (#"\x00"#, []), (#"\400 a"#, []),
    ("a \"\" b", ["a"]), ("'' a", []), ("a | b > c && d", ["a", "|", "b", ">", "c", "&&", "d"]),
    ("a#b #c", ["a#b", "#c"]), ("ünï 模型", ["ünï", "模型"]),
  ]

  @Test(arguments: values)
  func `words are split by the rules of systemd`(value: String, words: [String]) {
    #expect(QuadletWords.words(of: value) ?? [] == words)
  }

  @Test func `a volume that is bound to a folder is that folder`() throws {
    try folder.write(
      """
      [Container]
      Image=docker.io/vllm/vllm-openai:v0.31.0
      Exec=org/demo
      AddDevice=nvidia.com/gpu=all
      Volume=hub.volume:/root/.cache/huggingface
      """, to: "chat.container")
    try folder.write(
      "[Volume]\nDriver=local\nDevice=%h/hub\nType=none\nOptions=bind\n", to: "hub.volume")
    let result = try amm("import", "chat.container", "--dry-run", "--into", "w")
    #expect(result.output.contains("cache: \"~/hub\""), "\(result.output)")
  }

  @Test func `a volume that the folder lacks is reported`() throws {
    let unit = """
      [Container]
      Image=docker.io/ollama/ollama:0.20.0
      Volume=chat_data.volume:/root/.ollama
      Network=ai.network
      """
    try folder.write(unit, to: "one/chat.container")
    let alone = try amm("validate", "one/chat.container")
    #expect(alone.errors.contains("there is no 'chat_data.volume' beside the file"))
    try folder.write(unit, to: "two/chat.container")
    try folder.write("[Volume]\n", to: "two/chat-data.volume")
    try folder.write("[Network]\n", to: "two/ai.network")
    let beside = try amm("validate", "two/chat.container")
    #expect(beside.errors.contains("there is no 'chat_data.volume' beside the file"))
    #expect(beside.errors.contains("did you mean 'chat-data.volume'?"))
    #expect(!beside.errors.contains("ai.network"))
  }

  @Test(.needs(.tool("quadlet"))) func `the generator splits them in the same way`() throws {
    for (number, value) in Self.values.enumerated() {
      try folder.write(
        "[Container]\nImage=localhost/i\nExec=\(value.value)\n", to: "units/u\(number).container")
    }
    let generator = try #require(Program.tool("quadlet"))
    let made = try Services.made(of: folder.file("units"), by: generator)
    for (number, value) in Self.values.enumerated() {
      let words = try #require(made.services.words(of: "u\(number)"))
      let after = words.drop { $0 != "localhost/i" }.dropFirst()
      #expect(Array(after) == value.words, "\(value.value)")
    }
  }

  /// Keys of newer versions than that of the generator, of 5.4.
  static let newer: Set = [
    "AppArmor", "HttpProxy", "ImageVolume", "Memory", "ReloadCmd", "ReloadSignal", "Retry",
    "RetryDelay", "Umask",
  ]

  @Test(.needs(.tool("quadlet"))) func `the generator has the same keys`() throws {
    let values = [
      "ExposeHostPort": "80", "Mount": "type=tmpfs,destination=/x", "Pod": "x.pod",
      "RemapUsers": "auto", "StartWithPod": "true",
    ]
    let generator = try #require(Program.tool("quadlet"))
    for key in QuadletKey.names + ["Bogus"] {
      let image = ["Image", "Rootfs"].contains(key) ? "" : "Image=localhost/i\n"
      try folder.write(
        "[Container]\n\(image)User=1\n\(key)=\(values[key] ?? "1")\n", to: "\(key)/u.container")
      let result = try Program.run(
        generator, ["-dryrun", "-user"],
        environment: ["QUADLET_UNIT_DIRS": folder.file(key).path])
      let isUnknown = result.errors.contains("unsupported key '\(key)'")
      #expect(isUnknown == (Self.newer.contains(key) || key == "Bogus"), "\(key): \(result.errors)")
    }
  }

  @Test func `no key of a container is unknown`() throws {
    for key in QuadletKey.names where key != "Rootfs" {
      let text =
        "[Container]\nImage=docker.io/vllm/vllm-openai:v0.31.0\nExec=Qwen/Qwen3-8B\nUser=0\n\(key)=1\n"
      try folder.write(text, to: "\(key).container")
      let result = try amm("import", "\(key).container", "--dry-run", "--into", "w")
      #expect(!(result.output + result.errors).contains("import-key"), "\(key): \(result.errors)")
    }
  }

  @Test func `drop-ins and the files of the folder are read`() throws {
    try folder.write(
      """
      [Container]
      Image=vllm.image
      Exec=Qwen/Qwen3-8B
      AddDevice=nvidia.com/gpu=all
      PublishPort=127.0.0.1:8000:8000
      Volume=data.volume:/data
      Volume=other.volume:/other

      """, to: "a-b.container")
    try folder.write("[Image]\nImage=docker.io/vllm/vllm-openai:v0.31.0\n", to: "vllm.image")
    try folder.write("[Volume]\nVolumeName=shelf\n", to: "data.volume")
    try folder.write("[Volume]\n", to: "other.volume")
    try folder.write(
      "[Container]\nPublishPort=\nPublishPort=127.0.0.1:8001:8000\n", to: "a-b.container.d/20.conf")
    try folder.write(
      "[Container]\nExec=Qwen/Qwen3-8B --max-model-len 4096\n", to: "a-.container.d/10.conf")
    try folder.write(
      "# a comment\n[Container]\nExec=Qwen/Qwen3-8B --max-model-len 8192 --typo 1\nBogus=1\n",
      to: "container.d/30.conf")
    try folder.write("[Container]\nExec=none\nbroken\n", to: "a-b.container.d/40.conf")
    try folder.write("[Container]\nExec=none\n", to: "a-b.container.d/50.txt")
    let result = try amm("import", "a-b.container", "--dry-run", "--into", "w")
    let errors = result.errors
    #expect(errors.contains("container.d/30.conf:3:41: error: vllm 0.31.0 has no option '--typo'"))
    #expect(errors.contains("  Exec=Qwen/Qwen3-8B --max-model-len 8192 --typo 1\n"))
    #expect(errors.contains("container.d/30.conf:4:1: error: a container has no key 'Bogus'"))
    #expect(errors.contains("a-b.container.d/40.conf:3:1: warning: the line has no key and '='"))
    #expect(
      result.output.contains("Exec (line 3): a later 'Exec' replaces it\n"), "\(result.output)")
    #expect(
      result.output.contains(
        "Exec (line 2): a later 'Exec' replaces it (in 'a-.container.d/10.conf')"))
    try folder.write(
      "[Container]\nExec=Qwen/Qwen3-8B --max-model-len 8192\n", to: "container.d/30.conf")
    try FileManager.default.removeItem(at: folder.file("a-b.container.d/40.conf"))
    let good = try amm("import", "a-b.container", "--dry-run", "--into", "w")
    #expect(good.status == 0 && good.errors.isEmpty, "\(good.errors)")
    for line in [
      "image: \"docker.io/vllm/vllm-openai:v0.31.0\"", "max_model_len: 8192", "port: 8001",
      "- \"shelf:/data\"", "- \"systemd-other:/other\"",
    ] {
      #expect(good.output.contains("+") && good.output.contains(line + "\n"), "\(good.output)")
    }
  }
}
