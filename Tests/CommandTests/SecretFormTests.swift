import Diagnostics
import Foundation
import Profiles
import TestSupport
import Testing

/// The forms that tokens have, in each place where one can be written: refused, and shown nowhere.
struct SecretFormTests {
  /// How a form begins, the characters that follow, and how many: put together here, so that no token
  /// stands in the repository.
  private static let forms: [(start: String, characters: String, count: Int)] = [
    ("hf_", letters, 34), ("api_org_", capitals + small, 34), ("sk-", letters, 48),
    ("sk-proj-", word, 80), ("sk-ant-api03-", word, 95), ("sk-or-v1-", hex, 64),
    ("gsk_", letters, 52), ("nvapi-", word, 64), ("xai-", letters, 80), ("pplx-", letters, 48),
    ("tgp_v1_", word, 43), ("fw_", letters, 24), ("r8_", letters, 37), ("dapi", hex, 32),
    ("csk-", small + digits, 48), ("jina_", letters, 60), ("pcsk_", word, 69),
    ("ghp_", letters, 36), ("gho_", letters, 36), ("ghu_", letters, 36), ("ghs_", letters, 36),
    ("ghr_", letters, 36), ("github_pat_", letters, 82), ("glpat-", letters, 20),
    ("gldt-", letters, 20), ("glrt-", letters, 20), ("glptt-", hex, 40), ("AKIA", base32, 16),
    ("ASIA", base32, 16), ("AIza", word, 35), ("ya29.", word, 60), ("GOCSPX-", word, 28),
    ("xoxb-", digits + small, 50), ("xoxp-", digits + small, 60),
    ("xapp-1-", capitals + digits, 40),
    ("hooks.slack.com/services/T", capitals + digits, 44), ("sk_live_", letters, 24),
    ("sk_test_", letters, 24), ("rk_live_", letters, 24), ("whsec_", letters, 32),
    ("npm_", letters, 36), ("pypi-AgEIcHlwaS5vcmc", word, 60), ("dckr_pat_", word, 27),
    ("hvs.", word, 90), ("hvb.", word, 138), ("s.", letters, 24), ("dop_v1_", hex, 64),
    ("SG.", letters, 66), ("AGE-SECRET-KEY-1", capitals + digits, 58), ("tskey-auth-", letters, 30),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx", letters, 60),
  ]

  private static let small = "abcdefghijklmnopqrstuvwxyz"
  private static let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  private static let digits = "0123456789"
  private static let base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  private static let hex = "0123456789abcdef"
  private static let letters = small + capitals + digits
  private static let word = letters + letters + "_-"

  /// A token of a form; its body is drawn, the same each time.
  private static func token(_ index: Int) -> (token: String, body: String) {
    let form = forms[index]
    var state = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    let characters = Array(form.characters)
    let body = String(
      (0..<form.count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return characters[Int((state >> 33) % UInt64(characters.count))]
      })
    // A body that ends in a mark would be cut there by no scanner, and by YAML.
    let whole = body.dropLast() + "7"
    return (form.start + whole, String(whole.prefix(12)))
  }

  private static let profile = """
    name: demo
    source: {type: huggingface, model_id: org/model}
    container: {runtime: custom, image: "registry.example/x:1"}
    custom: {port: 8080, model_variable: MODEL}

    """

  /// Where a token can stand; `@` stands for it, and `^` for it with its first character escaped.
  private static let places = [
    "description: see @", "notes: |\n  one\n  @\n  two", "tags: [\"@\"]", "environment: {A: \"@\"}",
    "environment: {A: \"x @ y\"}", "environment: \"NAME=@\"", "environment: [\"A=@\"]",
    "arguments: [\"@\"]", "arguments: [--x, \"--y=@\"]",
    "arguments: [\"-H\", \"Authorization: Bearer @\"]",
    "# @", "notes: x # see @", "notes: \"^\"", "environment: {A: \"^\"}", "environment: {\"@\": x}",
    "\"@\": x", "foo: \"@\"", "foo: [{bar: \"@\"}]", "token: \"@\"", "secret: \"@\"",
    "notes: \"https://user:@@host/\"", "notes: \"curl -u me:@ https://host\"",
    "notes: \"https://host/?access_token=@&x=1\"", "benchmarks: {x: \"@\"}",
  ]

  private static func planted(_ place: String, _ token: String) -> String {
    let escaped =
      "\\x" + String(token.utf8.first.map { String($0, radix: 16) } ?? "") + token.dropFirst()
    return place.replacing("@@", with: token + "\u{0}").replacing("@", with: token)
      .replacing("^", with: escaped).replacing("\u{0}", with: "@")
  }

  @Test(arguments: forms.indices)
  func `a token of each form is refused in each place`(index: Int) {
    let (token, _) = Self.token(index)
    #expect(Secrets.looksSecret(token), "\(Self.forms[index].start)")
    for place in Self.places {
      let text = Self.profile + Self.planted(place, token) + "\n"
      let outcome = Profile.read(SourceFile(path: "x.yaml", text: text))
      let found = outcome.diagnostics.filter { $0.severity == .error }
      #expect(!found.isEmpty, "\(Self.forms[index].start) in \(place) is accepted")
    }
  }

  @Test(arguments: forms.indices)
  func `a token of each form is shown in no format`(index: Int) throws {
    let (token, body) = Self.token(index)
    let folder = try TemporaryFolder()
    var files: [String] = []
    for (number, place) in Self.places.enumerated() {
      try folder.write(Self.profile + Self.planted(place, token) + "\n", to: "\(number).yaml")
      // And quoted for a neighbour's mistake.
      try folder.write(
        Self.profile + Self.planted(place, token) + "\nbad: 1\n", to: "n\(number).yaml")
      files += ["\(number).yaml", "n\(number).yaml"]
    }
    for tag in ["!\(token) x", "&\(token) x", "*\(token)"] {
      try folder.write(Self.profile + "notes: \(tag)\n", to: "tag\(files.count).yaml")
      files.append("tag\(files.count).yaml")
    }
    for (number, format) in ["text", "json", "sarif", "github", "junit"].enumerated()
    where (number + index).isMultiple(of: Sampling.every(5)) {
      let result = try Program.run(
        Program.amm, ["validate", "--format", format] + files, in: folder.url)
      #expect(result.status == 1)
      let shown = result.output + result.errors
      #expect(!shown.contains(body), "\(Self.forms[index].start) in \(format)")
      #expect(!shown.contains(token.dropFirst(1)), "\(Self.forms[index].start) in \(format)")
    }
  }

  @Test(arguments: [
    "notes: !<curl%20-u%20joe:sesame99%20x> d", "# curl -u joe:sesame99 https://example.org",
    "# https://joe:sesame99@example.org/", "notes: !<https://joe:sesame99@example.org> d",
  ])
  func `a secret that its place tells is refused and not shown, wherever that is`(text: String)
    throws
  {
    let folder = try TemporaryFolder()
    try folder.write(Self.profile + text + "\nbad: 1\n", to: "x.yaml")
    let outcome = Profile.read(SourceFile(path: "x.yaml", text: Self.profile + text + "\n"))
    #expect(outcome.diagnostics.hasErrors)
    for format in ["text", "json", "sarif", "github", "junit"] {
      let result = try Program.amm("validate", "--format", format, "x.yaml", in: folder.url)
      #expect(result.status == 1)
      #expect(!(result.output + result.errors).contains("sesame99"), "\(format)")
    }
  }

  /// Blocks go over several lines.
  @Test func `a private key is refused, and none of its lines is shown`() throws {
    let folder = try TemporaryFolder()
    let line = String(repeating: "MIIEvQIBADANBgkqhkiG9w0BAQEF", count: 2)
    for kind in ["", "RSA ", "OPENSSH ", "ENCRYPTED "] {
      let block =
        "-----BEGIN \(kind)PRIVATE KEY-----\n  \(line)\n  \(line)\n  -----END \(kind)PRIVATE KEY-----"
      try folder.write(Self.profile + "notes: |\n  \(block)\nbad: 1\n", to: "x.yaml")
      for format in ["text", "json", "junit"] {
        let result = try Program.amm("validate", "--format", format, "x.yaml", in: folder.url)
        #expect(result.status == 1)
        #expect(!(result.output + result.errors).contains(line.prefix(20)))
      }
    }
  }

  @Test(arguments: [
    "sk-learn-style-estimators-for-tabular-data", "risk-assessment-of-large-language-models-2",
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "s.t.p.a.q.r.s.t.u.v.w.x.y.z.a.b",
    "hf_transfer_with_xet_enabled_by_default", "key-value-cache-in-eight-bits-per-element",
    "ghcr.io/huggingface/text-generation-inference:3.3.7-rocm",
    "npm_config_registry_of_the_company",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "Qwen2.5-Coder-32B-Instruct-Q4_K_M-00001-of-00003.gguf", "pa-per-and-pa-per-reviews-of-pa-pers",
    "fw_version_of_the_firmware_is_unknown", "re_ranking_with_cross_encoders_in_two_steps",
  ])
  func `names that only begin alike are none`(text: String) {
    #expect(!Secrets.looksSecret(text))
    #expect(Secrets.redacted("see \(text).") == "see \(text).")
  }

  @Test(
    arguments: [
      ("HF_TOKEN=$HF_TOKEN", nil), ("HF_TOKEN=<token>", nil), ("HF_TOKEN=...", nil),
      ("Authorization: Bearer $TOKEN", nil), ("podman run -u 1000:1000 x", nil),
      ("EOS_TOKEN=</s>", nil), ("(Secret=)", nil), ("x=1&y=2", nil), ("image@sha256:abc", nil),
      ("HF_TOKEN=sesame", "HF_TOKEN=******"),
      ("a?access_token=sesame&b=1", "a?access_token=******&b=1"),
      ("Authorization: Basic c2VzYW1l", "Authorization: Basic ********"),
      ("X-Api-Key: sesame", "X-Api-Key: ******"),
      ("curl -u me:sesame99 x", "curl -u me:******** x"),
      ("curl -ume:sesame99 x", "curl -ume:******** x"), ("hfToken=sesame", "hfToken=******"),
      ("AccountKey=c2VzYW1l;x", "AccountKey=********;x"),
    ] as [(String, String?)])
  func `places tell a secret, and what only stands for one is none`(text: String, shown: String?) {
    #expect(Secrets.redacted(text) == shown ?? text)
  }

  @Test func `many tokens take time that grows with them`() throws {
    let folder = try TemporaryFolder()
    let token = Self.token(0).token
    try folder.write(
      "foo: \"" + String(repeating: token + " ", count: 20_000) + "\"\n", to: "tokens.yaml")
    try folder.write("foo: " + String(repeating: "[", count: 200_000) + "\n", to: "deep.yaml")
    let result = try Program.amm("validate", "tokens.yaml", "deep.yaml", in: folder.url)
    #expect(result.status == 1)
    #expect(!result.errors.contains(token.dropFirst(4)))
  }

  /// What is not the name of a secret is likely the secret itself.
  @Test(arguments: [
    "api_key: sesame street", "token: sesame street", "secrets: {DB: sesame/street}",
  ])
  func `a name that no secret can have is not shown`(line: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "version: 1\ninstances:\n  main:\n    port: 8080\n    \(line)\n", to: "instances.yaml")
    for format in [[], ["--json"], ["--format", "github"], ["--format", "sarif"]] {
      let result = try Program.amm(["validate", "--workspace", folder.url.path] + format)
      let all = result.output + result.errors
      #expect(all.contains("must be a secret's name"), "\(all)")
      #expect(!all.contains("sesame") && !all.contains("street"), "\(all)")
      #expect(all.contains("podman secret create NAME FILE"), "\(all)")
    }
  }
}
