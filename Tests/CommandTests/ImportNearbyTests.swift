import Foundation
import TestSupport
import Testing

/// The files next to a file of another tool, which an import reads with it.
struct ImportNearbyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ words: String...) throws -> Finished {
    try Program.amm(
      words, in: folder.url, environment: ["HOME": "/home/me", "AMM_WORKSPACE": ""])
  }

  private func imported(_ name: String = "compose.yaml") throws -> Finished {
    try run("import", name, "--dry-run", "--into", "w")
  }

  private static let tei =
    "image: 'ghcr.io/huggingface/text-embeddings-inference:1.9.3', command: --model-id BAAI/bge-m3, gpus: all"

  @Test func `a file outside of the folder is not read, also not through a link`() throws {
    try folder.write("MAX_BATCH_TOKENS=4096\n", to: "outside.env")
    try folder.write("MAX_BATCH_TOKENS=8192\n", to: "p/own.env")
    for (name, target) in [("link.env", "../outside.env"), ("own-link.env", "own.env")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("p/" + name).path, withDestinationPath: target)
    }
    try FileManager.default.createDirectory(
      at: folder.file("p/dir.env"), withIntermediateDirectories: true)
    for (name, value) in [
      ("link.env", nil), ("../outside.env", nil), ("dir.env", nil), ("own-link.env", "8192"),
      ("./own.env", "8192"), ("x/../own.env", "8192"),
    ] {
      try folder.write("services: {a: {\(Self.tei), env_file: \(name)}}\n", to: "p/compose.yaml")
      let result = try imported("p/compose.yaml")
      let found = result.output.contains("max_batch_tokens: \(value ?? "")")
      #expect(found == (value != nil), "\(name): \(result.output)\(result.errors)")
    }
  }

  @Test func `values of variables are never shown`() throws {
    try folder.write("KEY=hunter2hunter2\nHF_TOKEN=hunter3hunter3\nOTHER_KEY=hunter4\n", to: ".env")
    try folder.write(
      "services: {a: {\(Self.tei), env_file: .env, environment: {API_KEY: '${KEY}'}}}\n",
      to: "compose.yaml")
    let result = try imported()
    let json = try run("import", "compose.yaml", "--dry-run", "--json", "--into", "w")
    let all = result.output + result.errors + json.output + json.errors
    #expect(result.status == 0 && !all.contains("hunter"), "\(all)")
    #expect(result.output.contains("podman secret create a-key FILE"))
  }

  /// Files that grow when they are read.
  @Test func `a hostile project ends`() throws {
    let doubled = (1..<60).map { "V\($0)=$V\($0 - 1)$V\($0 - 1)\n" }.joined()
    try folder.write("V0=0123456789\n" + doubled, to: ".env")
    try folder.write(
      "services: {a: {\(Self.tei), environment: {X: '$V59'}}}\n", to: "doubled/compose.yaml")
    try folder.write("V0=0123456789\n" + doubled, to: "doubled/.env")
    var chain = "services:\n  s0: {\(Self.tei)}\n"
    for number in 1..<3000 {
      chain +=
        "  s\(number): {extends: {service: s\(number - 1)}, volumes: ['/a\(number):/b\(number)']}\n"
    }
    try folder.write(chain, to: "chain/compose.yaml")
    var includes = "include:\n"
    for number in 0..<300 {
      includes += "  - i\(number).yaml\n"
      try folder.write(
        "include: [i\(number + 1).yaml]\nservices: {}\n", to: "includes/i\(number).yaml")
    }
    try folder.write(includes + "services: {a: {\(Self.tei)}}\n", to: "includes/compose.yaml")
    for name in ["doubled", "chain", "includes"] {
      let result = try imported(name + "/compose.yaml")
      #expect([0, 1].contains(result.status), "\(result.errors.prefix(300))")
    }
  }

  @Test func `a check says that a file has no server`() throws {
    try folder.write("services: {web: {image: 'docker.io/library/nginx:1'}}\n", to: "compose.yaml")
    let none = try run("validate", "compose.yaml")
    #expect(none.status == 0 && none.errors.contains("there is no server that amm recognises"))
    #expect(none.errors.contains("'web' is left out: neither its image nor its command"))
    #expect(try run("validate", "--strict", "compose.yaml").status == 1)
    try folder.write(
      "services: {web: {image: 'docker.io/ollama/ollama:0.31.1'}}\n", to: "compose.yaml")
    let some = try run("validate", "compose.yaml")
    #expect(some.status == 0 && some.output == "1 file: no problems\n", "\(some.errors)")
    try folder.write("docker run -p 80:80 own:1.0 --model-id /data\n", to: "serve.sh")
    #expect(try run("validate", "serve.sh").errors.contains("there is no server"))
  }

  @Test func `JSON of Kubernetes is found on the standard input`() throws {
    let text = try String(
      contentsOf: Repository.file("Tests/Corpus/imports/oneline.json"), encoding: .utf8)
    for text in [text, "\u{FEFF}" + text, text.replacing(",", with: ",\n\t")] {
      try folder.write(text, to: "objects")
      let result = try Program.run(
        try #require(Program.find("sh")),
        ["-c", "exec \"$0\" import - --dry-run --into w < objects", Program.amm.path],
        in: folder.url,
        environment: ["HOME": "/home/me"])
      #expect(result.status == 0 && result.output.hasPrefix("emb: tei"), "\(result.errors)")
    }
  }
}
