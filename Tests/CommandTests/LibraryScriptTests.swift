import Foundation
import TestSupport
import Testing

/// `Tests/Library/regenerate`, against a hub that stands in.
struct LibraryScriptTests {
  private let hub: FakeHub
  private let table: URL

  init() throws {
    hub = try FakeHub()
    table = hub.root.file("table.tsv")
  }

  private func regenerate(_ words: String...) throws -> Finished {
    try Program.run(
      Repository.file("Tests/Library/regenerate"), ["--table", table.path] + words,
      environment: [
        "HF_ENDPOINT": hub.address, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
      ])
  }

  private func put(_ configuration: String, _ information: String) throws {
    try hub.put(configuration, at: "config.json", in: "org/demo")
    try hub.describe("org/demo", information)
    try Data(
      """
      org/demo\t{"license":"mit","config":{"model_type":"llama","num_hidden_layers":4},"sources":["https://x.example"]}
      other/demo-GGUF\t=org/demo

      """.utf8
    ).write(to: table)
  }

  @Test func `what aged is told, and written where that is wanted`() throws {
    try put(
      #"{"model_type": "llama", "num_hidden_layers": 8, "hidden_size": 64, "bos_token_id": 1}"#,
      #"{"license": "apache-2.0", "gated": "auto", "token": "hf_test"}"#)
    try hub.describe("org/demo", #"{"license": "apache-2.0"}"#)
    let before = try Data(contentsOf: table)
    let told = try regenerate()
    #expect(told.status == 1)
    for line in [
      #"org/demo: license: "mit" -> "apache-2.0""#, "org/demo: config.num_hidden_layers: 4 -> 8",
      "org/demo: config.hidden_size: null -> 64",
    ] {
      #expect(told.output.contains(line), "\(told.output)\(told.errors)")
    }
    #expect(!told.output.contains("bos_token_id"))
    #expect(try Data(contentsOf: table) == before)

    #expect(try regenerate("--write").status == 1)
    let written = try String(contentsOf: table, encoding: .utf8)
    #expect(written.contains(#""num_hidden_layers":8"#) && written.contains("https://x.example"))
    #expect(written.hasSuffix("other/demo-GGUF\t=org/demo\n"))
    let again = try regenerate()
    #expect(again.status == 0 && again.output == "", "\(again.output)")
  }

  @Test func `a model that is gone, gated or renamed is told`() throws {
    try put(#"{"model_type": "llama", "num_hidden_layers": 4}"#, #"{"license": "mit"}"#)
    #expect(try regenerate("org/other").status == 2)
    try hub.describe("org/demo", #"{"license": "mit", "gated": "manual", "token": "hf_test"}"#)
    let gated = try regenerate()
    #expect(gated.output.contains("wants a token that is let in"), "\(gated.output)\(gated.errors)")
    try FileManager.default.removeItem(at: hub.root.file("models/org/demo"))
    let gone = try regenerate("org/demo")
    #expect(
      gone.status == 1 && gone.output.contains("org/demo: cannot be read: 4"), "\(gone.output)")
  }
}
