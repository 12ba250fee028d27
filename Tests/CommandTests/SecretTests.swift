import Diagnostics
import Foundation
import TestSupport
import Testing

/// A secret that somebody wrote where none belongs is refused, and never seen again.
struct SecretTests {
  /// The forms of tokens, made here so that none stands in the repository.
  private static let tokens = [
    "hf_" + String(repeating: "aBcDeF9", count: 5), "sk-" + String(repeating: "x7Yz", count: 12),
    "sk-proj-" + String(repeating: "x7-z", count: 12), "ghp_" + String(repeating: "A1b2", count: 9),
    "glpat-" + String(repeating: "Zz09", count: 5), "gsk_" + String(repeating: "q8W3", count: 13),
    "nvapi-" + String(repeating: "k2J9", count: 16),
  ]

  @Test(arguments: tokens)
  func `a token is known in any text and starred out`(token: String) {
    for text in [token, "Bearer \(token)", "'\(token)',", "x=\(token)"] {
      #expect(Secrets.looksSecret(text))
      let redacted = Secrets.redacted(text)
      #expect(!redacted.contains(token.dropFirst(4)))
      #expect(redacted.unicodeScalars.count == text.unicodeScalars.count)
    }
  }

  @Test(arguments: [
    "hf_hub_download", "sk-learn", "task-force-of-the-thousand-suns-1", "org/hf_model-7b",
    "--max-num-batched-tokens", "fp8_e4m3fn_scaled",
  ])
  func `a word that only begins like a token is none`(text: String) {
    #expect(!Secrets.looksSecret(text))
    #expect(Secrets.redacted(text) == text)
  }

  @Test(arguments: [
    ("HF_TOKEN", "sesame"), ("OPENAI_API_KEY", "x"), ("DB_PASSWORD", "x"), ("token", "x"),
    ("AWS_SECRET_ACCESS_KEY", "x"), ("OPENAI_KEY", "9f86d081884c7d659a2feaa0c55ad015"),
    ("SESSION_COOKIE", "3f1c2d4e-9a8b-4c7d-8e6f-0a1b2c3d4e5f"),
    ("HTTPS_PROXY", "http://me:sesame@proxy:3128"), ("MODEL", tokens[0]),
  ])
  func `a variable holds a secret by its name or by its value`(name: String, value: String) {
    #expect(Secrets.isSecret(name, value))
  }

  @Test(arguments: [
    ("EOS_TOKEN", "</s>"), ("MAX_TOKENS", "4096"), ("KEY_CACHE_DTYPE", "fp8_e4m3fn_scaled"),
    ("TOKENIZERS_PARALLELISM", "false"), ("HF_TOKEN_PATH", "/run/secrets/token"),
    ("AUTH_URL", "https://auth.example.org/realms/models"), ("KEYBOARD", "de"),
    ("CHECKSUM", "9f86d081884c7d659a2feaa0c55ad015"), ("HTTPS_PROXY", "http://proxy:3128/@x:y"),
  ])
  func `a variable of a similar name or value holds none`(name: String, value: String) {
    #expect(!Secrets.isSecret(name, value))
  }

  @Test(arguments: [
    ("[--api-key, sesame]", "[--api-key, ******]"),
    ("- --api-key=sesame", "- --api-key=******"),
    ("['--hf-token', 'sesame', x]", "['--hf-token', '******', x]"),
    ("a --password sesame b", "a --password ****** b"),
    ("--token=https://me:sésame@host", "--token=**********************"),
    ("url: https://me:sésame@host/x:y@z", "url: https://me:******@host/x:y@z"),
    ("remove '--api-key' from here", "remove '--api-key' from here"),
    ("--eos-token </s>", "--eos-token </s>"), ("--api-key --port 1", "--api-key --port 1"),
    ("--api-key", "--api-key"), ("http://host:80/", "http://host:80/"),
    ("--api-key \\\n  sesame", "--api-key \\\n  ******"),
    ("[ \"--api-key\" \"sesame\" ]", "[ \"--api-key\" \"******\" ]"),
    ("Secret=hf-token,type=env,target=HF_TOKEN", "Secret=hf-token,type=env,target=HF_TOKEN"),
    ("Authorization: \"Bearer ${env.KEY}\"", "Authorization: \"Bearer ${env.KEY}\""),
    ("--max-total-token 4096", "--max-total-token 4096"),
  ])
  func `what is quoted shows that a secret stood there, and not which`(
    text: String, shown: String
  ) {
    #expect(Secrets.redacted(text) == shown)
  }

  @Test(arguments: [
    ("run -e DB_PASS=sesame image --port 1", "run -e DB_PASS=****** image --port 1"),
    ("db_pass = sesame open", "db_pass = ****** ****"),
    ("db_pass: sesame, a: b", "db_pass: ******, a: b"),
    ("Secret=db,type=env,target=DB_PASS", "Secret=db,type=env,target=DB_PASS"),
    // Only names of secrets may be in amm's own fields, and a log's line has no fields.
    ("a: {token: hf-token, b: c}", "a: {token: hf-token, b: c}"),
    ("  token: correct horse", "  token: ******* *****"),
    ("a: {token: {secret: a b}}", "a: {token: {secret: * *}}"),
    ("token: {environment_file: ~/my hf.env}", "token: {environment_file: ~/my hf.env}"),
    ("BOS token = 11 ','", "BOS token = 11 ','"), ("the token: a b", "the token: a b"),
  ])
  func `a line shows all but the secret`(line: String, shown: String) {
    #expect(Secrets.redactedLine(line) == shown)
  }

  @Test(arguments: [
    "EMPTY", "none", "dummy", "<token>", "your-huggingface-token-here", "your_hf_token_here",
    "hf_xxxxxxxxxx", "sk-no-key-required", "changeme", "{{ token }}",
  ])
  func `a placeholder stands for a secret`(text: String) {
    #expect(Secrets.isPlaceholder(text))
  }

  @Test(arguments: ["sesame", "my-secret-key", "bad_api_key", "test1234", "x7Yzx7Yz", "here-2"])
  func `a word that somebody chose may be a secret`(text: String) {
    #expect(!Secrets.isPlaceholder(text))
  }

  // MARK: - Planted

  private static let profile = """
    name: demo
    source: {type: huggingface, model_id: org/model}
    container: {runtime: custom, image: docker.io/org/image:1.0}
    custom: {port: 8000, model_argument: --model}

    """

  private static let instances = """
    version: 1
    instances:
      main: {port: 8080, gpus: [nvidia]}

    """

  /// Where a user could write one: the file, what is replaced in it (nothing for its end), and by
  /// what; `@` stands for the secret.
  private static let places: [(file: String, old: String, new: String)] = [
    ("profile", "demo", "@"), ("profile", "org/model", "@"), ("profile", "org/model", "org/@"),
    ("profile", "", "description: see @"), ("profile", "", "category: '@'"),
    ("profile", "", "tags: [@]"), ("profile", "", "notes: |\n  one\n  @"),
    ("profile", "", "environment: {HF_TOKEN: @}"), ("profile", "", "environment: {A: @}"),
    ("profile", "", "environment: {A: 'x @ y', B-C: z}"), ("profile", "", "environment: {@: x}"),
    ("profile", "", "environment: {HTTP_PROXY: 'http://me:@@proxy:1'}"),
    ("profile", "", "arguments: [--api-key, '@']"), ("profile", "", "arguments: ['--api-key=@']"),
    ("profile", "", "arguments: ['@']"), ("profile", "", "arguments: [--api-key, '@', {a: 1}]"),
    ("profile", "", "@: 1"), ("profile", "", "parameters: {temperature: @}"),
    ("profile", "", "parameters: {@: 1}"), ("profile", "", "benchmarks: {x: '@'}"),
    ("profile", "docker.io/org/image:1.0", "docker.io/org/@:1.0"),
    ("profile", "{port: 8000,", "{port: 8000, token_variable: @,"),
    ("profile", "custom, image", "@, image"), ("profile", "", "x: *@"), ("profile", "", "x: !@ 1"),
    ("profile", "", "environment: [@"), ("profile", "name: demo", "name: '@"),
    ("instances", "8080", "@"), ("instances", "main", "@"),
    ("instances", "port: 8080", "port: 8080, description: @"),
    ("instances", "port: 8080", "port: 8080, environment: {TOKEN: @}"),
    ("instances", "port: 8080", "port: 8080, environment: {A: @}"),
    ("instances", "port: 8080", "port: 8080, token: @"),
    ("instances", "port: 8080", "port: 8080, token: {secret: @}"),
    ("instances", "port: 8080", "port: 8080, token: {environment_file: /x/@}"),
    ("instances", "port: 8080", "port: 8080, volumes: ['/srv/@:/x']"),
    ("instances", "nvidia", "@"), ("instances", "", "network: @"),
    ("instances", "", "defaults: {environment: {B: '@'}}"),
    ("instances", "", "apply: {method: command, command: [echo, '@']}"),
    ("instances", "", "apply: {arguments: ['@']}"), ("instances", "version: 1", "version: @"),
  ]

  @Test(arguments: places.indices)
  func `a planted token is refused, and shown, written and passed on nowhere`(index: Int) throws {
    let place = Self.places[index]
    let folder = try TemporaryFolder()
    // A right workspace first, so that there is something to serve.
    try folder.write(Self.instances, to: "w/instances.yaml")
    try folder.write(Self.profile, to: "w/profiles/coding/demo.yaml")
    try folder.write(Self.profile, to: "w/profiles/coding/other.yaml")
    try folder.link("w/active/main.yaml", to: "../profiles/coding/demo.yaml")
    #expect(try run(["generate"], in: folder).errors == "")

    let token = Self.tokens[index % 2]
    let isProfile = place.file == "profile"
    let text = isProfile ? Self.profile : Self.instances
    let planted = place.new.replacing("@@", with: token + "\u{0}").replacing("@", with: token)
      .replacing("\u{0}", with: "@")
    let file = isProfile ? "w/profiles/coding/demo.yaml" : "w/instances.yaml"
    let changed =
      place.old.isEmpty ? text + planted + "\n" : text.replacing(place.old, with: planted)
    #expect(changed != text)
    try folder.write(changed, to: file)

    var seen = ""
    for (number, words) in Self.commands.enumerated()
    where number == 0 || words == ["generate"]
      || (number + index).isMultiple(of: Sampling.every(6))
    {
      let log = folder.file("exec.\(number)")
      let result = try run(words, in: folder, log: log)
      seen += result.output + result.errors
      if let text = try? String(contentsOf: log, encoding: .utf8) { seen += text }
      if words[0] == "validate" || words[0] == "generate" {
        #expect(result.status == 1, "\(words) accepted \(planted)")
      }
    }
    // Long enough that no word of amm's own is taken for it.
    #expect(!seen.contains(token.dropFirst(3).prefix(12)), "\(seen)")
    try FileManager.default.removeItem(at: folder.file(file))
    for case let path as String in FileManager.default.enumerator(atPath: folder.url.path)
      ?? .init()
    {
      #expect(!path.contains(token), "\(path)")
      let data = FileManager.default.contents(atPath: folder.file(path).path) ?? Data()
      #expect(data.range(of: Data(token.utf8)) == nil, "\(path)")
    }
  }

  private static let commands = [
    ["validate"], ["validate", "--json"], ["validate", "--format", "github"],
    ["validate", "--format", "sarif"], ["validate", "--format", "junit"], ["generate"],
    ["generate", "--diff"], ["list", "--json"], ["info"], ["info", "coding/demo"],
    ["info", "main", "--json"], ["switch", "main", "other", "--no-apply"],
    ["switch", "main", "demo", "--dry-run"], ["switch", "main", "demo"], ["history", "--json"],
    ["status"], ["doctor"],
  ]

  /// Runs amm; what it starts is in the log, word for word.
  private func run(
    _ words: [String], in folder: TemporaryFolder, log: URL? = nil
  ) throws -> Finished {
    let workspace = ["doctor"].contains(words[0]) ? [] : ["--workspace", folder.file("w").path]
    var command = [Program.amm.path] + words + workspace
    if let log, let strace = Program.strace {
      command =
        [strace.path, "-f", "-qq", "-s", "100000", "-e", "trace=execve", "-o", log.path] + command
    }
    return try Program.run(
      URL(fileURLWithPath: command[0]), Array(command.dropFirst()), in: folder.file("w"),
      environment: [
        // A home of its own, so that a switch that is not refused installs what then is found.
        "HOME": folder.file("home").path, "XDG_STATE_HOME": folder.file("state").path,
      ])
  }

  /// Known by their names alone, and then quoted for a neighbour's mistake.
  @Test(arguments: [
    "environment: {HF_TOKEN: sesame, B-C: x}", "environment: {B-C: x, DB_PASSWORD: 'sesame'}",
    "environment: {HF_TOKEN: sesame", "arguments: [--api-key, sesame, {a: 1}]",
    "arguments: ['--hf-token=sesame', {a: 1}]", "environment: {U: 'http://me:sesame@x', B-C: x}",
    "environment: {OPENAI_API_KEY: [sesame]}", "parametres: {api_key: sesame}",
  ])
  func `a secret by its name is not quoted`(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.profile + text + "\n", to: "x.yaml")
    for format in ["text", "json", "github", "sarif", "junit"] {
      let result = try Program.amm("validate", "x.yaml", "--format", format, in: folder.url)
      #expect(result.status == 1)
      #expect(!(result.output + result.errors).contains("sesame"), "\(result.errors)")
    }
  }

  @Test func `a token is in no experiment`() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.instances, to: "w/instances.yaml")
    try folder.write(Self.profile, to: "w/profiles/coding/demo.yaml")
    try folder.link("w/active/main.yaml", to: "../profiles/coding/demo.yaml")
    let token = Self.tokens[0]
    #expect(try run(["experiment", "start", token], in: folder).status == 1)
    #expect(try run(["experiment", "start", "one"], in: folder).status == 0)
    let log = ["experiment", "log", "--model", "demo", "--score", "1", "--task"]
    for words in [
      ["experiment", "note", "see \(token)"], log + [token],
      log + ["x", "--metric", token], log + ["x", "--unit", token],
      ["experiment", "log", "--model", token, "--score", "1", "--task", "x"],
    ] {
      let result = try run(words, in: folder)
      #expect(result.status != 0, "\(words)")
      #expect(!(result.output + result.errors).contains(token), "\(result.errors)")
    }
    #expect(try run(log + ["x"], in: folder).status == 0)
    for case let path as String in FileManager.default.enumerator(atPath: folder.url.path)
      ?? .init()
    {
      let data = FileManager.default.contents(atPath: folder.file(path).path) ?? Data()
      #expect(data.range(of: Data(token.utf8)) == nil, "\(path)")
    }
  }

  @Test func `a token in the name of a file is refused and starred out`() throws {
    let folder = try TemporaryFolder()
    let token = Self.tokens[0]
    try folder.write(Self.instances, to: "w/instances.yaml")
    try folder.write(Self.profile, to: "w/profiles/coding/\(token).yaml")
    try folder.link("w/active/main.yaml", to: "../profiles/coding/\(token).yaml")
    for words in [["validate"], ["validate", "--json"], ["generate"], ["switch", "main", token]] {
      let result = try run(words, in: folder)
      #expect(result.status == 1)
      #expect(!(result.output + result.errors).contains(token), "\(words)")
    }
  }
}
