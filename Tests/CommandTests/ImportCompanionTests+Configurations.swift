import Foundation
import TestSupport
import Testing

/// The files and secrets of companions.
extension ImportCompanionTests {
  @Test func `the configuration of LiteLLM is read next to the file`() throws {
    let proxy =
      "  proxy: {image: 'ghcr.io/berriai/litellm:v1.104.2', command: [--config, /c.yaml], volumes: ['./c.yaml:/c.yaml'], ports: ['127.0.0.1:4000:4000']}\n"
    try folder.write("services:\n" + Self.server + proxy, to: "compose.yaml")
    for (base, isKnown) in [("http://chat:8000/v1", true), ("https://api.example.org", false)] {
      try folder.write(
        "model_list: [{model_name: a, litellm_params: {model: openai/a, api_base: '\(base)'}}]\ngeneral_settings: {master_key: sk-hunter2hunter2}\n",
        to: "c.yaml")
      let result = try amm("import", "compose.yaml", "--dry-run", "--into", "w")
      #expect(result.output.contains("companion litellm for chat") == isKnown, "\(result.output)")
      #expect(!(result.output + result.errors).contains("hunter2"))
      #expect(result.output.contains("podman secret create proxy-key FILE") == isKnown)
    }
  }

  @Test func `no secret of a companion is shown or written`() throws {
    for name in ["webui", "webui-left", "custom", "webui-hostile"] {
      let input = Repository.file("Tests/Corpus/imports/\(name).compose.yaml").path
      let result = try amm("import", input, "--into", name)
      var all = result.output + result.errors
      let place = folder.file(name).path
      for file in (try? FileManager.default.subpathsOfDirectory(atPath: place)) ?? [] {
        all += (try? folder.read(name + "/" + file)) ?? ""
      }
      for secret in ["hunter2", "sk-0123456789", "a-key-for-sessions", "a-token-of-the-bot"] {
        #expect(!all.contains(secret), "\(name): \(secret)")
      }
    }
  }

  @Test func `a secret that a companion would show keeps it out`() throws {
    let tool =
      "  tool: {image: 'ghcr.io/acme/tool:1', ports: ['127.0.0.1:5000:80'], command: [--api-key, hunter2hunter2, --llm, 'http://chat:8000']}\n"
    let other =
      "  other: {image: 'ghcr.io/acme/tool:1', ports: ['127.0.0.1:5001:80'], environment: {A_TOKEN: hunter2hunter2, NAME: hunter2hunter2, LLM: 'http://chat:8000'}}\n"
    try folder.write("services:\n" + Self.server + tool + other, to: "compose.yaml")
    let result = try amm("import", "compose.yaml", "--dry-run", "--into", "w")
    let reason = "the value of a secret is also the value of a setting of it"
    for name in ["tool", "other"] {
      #expect(result.output.contains("left out  \(name): \(reason)\n"), "\(result.output)")
    }
    #expect(!(result.output + result.errors).contains("hunter2"))
  }

  @Test func `a configuration outside of the folder is not read`() throws {
    let proxy =
      "  proxy: {image: 'ghcr.io/berriai/litellm:v1.104.2', command: [--config, /c.yaml], volumes: ['PLACE:/c.yaml']}\n"
    try folder.write(
      "model_list: [{model_name: a, litellm_params: {model: openai/a, api_base: 'http://chat:8000/v1'}}]\n",
      to: "c.yaml")
    let files = FileManager.default
    try files.createDirectory(at: folder.file("in"), withIntermediateDirectories: true)
    try files.createSymbolicLink(
      atPath: folder.file("in/link.yaml").path, withDestinationPath: "../c.yaml")
    for (place, reason) in [
      ("../c.yaml", "is outside of the file's folder"), ("./link.yaml", "cannot be read"),
    ] {
      try folder.write(
        "services:\n" + Self.server + proxy.replacing("PLACE", with: place), to: "in/compose.yaml")
      let result = try amm("import", "in/compose.yaml", "--dry-run", "--into", "w")
      #expect(
        result.output.contains("left out  proxy: its configuration '/c.yaml' \(reason)\n"),
        "\(result.output)")
    }
  }
}
