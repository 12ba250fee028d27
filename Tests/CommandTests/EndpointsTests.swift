import Foundation
import TestSupport
import Testing

/// `amm endpoints`.
struct EndpointsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(try Program.amm("init", "--example", folder.file("w").path).status == 0)
  }

  private func endpoints(_ arguments: String...) throws -> Finished {
    try Program.amm(["endpoints", "--workspace", folder.file("w").path] + arguments)
  }

  private func objects(_ arguments: String...) throws -> [[String: String]] {
    let result = try Program.amm(
      ["endpoints", "--json", "--workspace", folder.file("w").path] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return try result.objects("endpoints").map { $0.compactMapValues { $0 as? String } }
  }

  @Test func `every active instance has its address and model`() throws {
    let all = try objects()
    #expect(
      all.map { $0["instance"] } == [
        "ollama-default", "tgi-experimental", "tgi-primary", "tgi-secondary",
      ])
    #expect(
      all.last == [
        "instance": "tgi-secondary", "profile": "coding/starcoder2", "runtime": "vllm",
        "model": "bigcode/starcoder2-7b", "url": "http://127.0.0.1:8085",
        "network_url": "http://tgi-secondary:8000",
        "openai_url": "http://127.0.0.1:8085/v1", "health_url": "http://127.0.0.1:8085/health",
      ])
    #expect(try objects("tgi-secondary") == [all[3]])
    // The order of the file does not matter, what is not linked is left out.
    try FileManager.default.removeItem(at: folder.file("w/active/tgi-secondary.yaml"))
    let rest = try Program.amm("endpoints", "--workspace", folder.file("w").path)
    #expect(rest.status == 1 || !rest.output.contains("tgi-secondary"))
  }

  @Test func `an address that means all is reached on this machine`() throws {
    let text = try folder.read("w/instances.yaml")
    try folder.write(
      text.replacing("port: 8080", with: "port: 8080\n    bind: \"::\""), to: "w/instances.yaml")
    #expect(try objects("tgi-primary").first?["url"] == "http://127.0.0.1:8080")
    try folder.write(
      text.replacing("port: 8080", with: "port: 8080\n    bind: \"::1\""), to: "w/instances.yaml")
    #expect(try objects("tgi-primary").first?["url"] == "http://[::1]:8080")
  }

  /// Serves a profile of the user's own on an instance.
  private func serve(_ profile: String, on instance: String) throws {
    let link = "w/active/\(instance).yaml"
    try FileManager.default.removeItem(at: folder.file(link))
    try folder.write(profile, to: "w/custom/\(instance).yaml")
    try folder.link(link, to: "../custom/\(instance).yaml")
    try folder.write(
      try folder.read("w/instances.yaml").replacing("runtimes: [tgi]", with: ""),
      to: "w/instances.yaml")
  }

  @Test func `a server without OpenAI's protocol has no such address`() throws {
    try serve(
      """
      name: mine
      source: {type: huggingface, model_id: org/model}
      container: {runtime: custom, image: "example.org/it:1"}
      custom: {port: 9000}
      arguments: [--load, org/model]

      """, on: "tgi-primary")
    let result = try endpoints("tgi-primary", "--env")
    #expect(
      result.output == """
        AMM_TGI_PRIMARY_URL=http://127.0.0.1:8080
        AMM_TGI_PRIMARY_MODEL=mine

        """)
  }

  @Test func `a shell reads the variables as they are meant`() throws {
    let name = "it's $(touch ran) \\ \"x\""
    try serve(
      """
      name: mine
      source: {type: huggingface, model_id: org/model}
      container: {runtime: vllm}
      vllm: {served_model_name: 'it''s $(touch ran) \\ "x"'}

      """, on: "tgi-primary")
    let result = try endpoints("tgi-primary", "--env")
    #expect(result.status == 0, "\(result.errors)")
    try folder.write(result.output, to: "env")
    let shell = try Program.run(
      URL(fileURLWithPath: "/bin/sh"),
      ["-c", #"eval "$(cat env)"; printf %s "$AMM_TGI_PRIMARY_MODEL""#], in: folder.url)
    #expect(shell.output == name)
    #expect(!FileManager.default.fileExists(atPath: folder.file("ran").path))
    #expect(try objects("tgi-primary").first?["model"] == name)
  }

  @Test func `variables that would fall together are refused`() throws {
    let text = try folder.read("w/instances.yaml")
    try folder.write(
      text.replacing("instances:\n", with: "instances:\n  tgi_primary: {port: 9999}\n"),
      to: "w/instances.yaml")
    try folder.link("w/active/tgi_primary.yaml", to: "../profiles/coding/starcoder2.yaml")
    let result = try endpoints("--env")
    #expect(result.status == 1)
    #expect(result.errors.contains("'tgi-primary' and 'tgi_primary' have the same names"))
    #expect(result.output == "")
    #expect(try objects().count == 5)
  }

  @Test func `an unknown instance is told the nearest one`() throws {
    let result = try endpoints("tgi-primry")
    #expect(result.status == 1)
    #expect(result.errors.contains("did you mean 'tgi-primary'?"))
    #expect(try endpoints("--json", "--env").status == 64)
  }
}
