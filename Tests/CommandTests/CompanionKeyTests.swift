import Foundation
import TestSupport
import Testing

/// The keys of servers in a companion, beside what its author sets.
struct CompanionKeyTests {
  /// Returns the unit of an Open WebUI with more lines in its section.
  private func unit(_ more: String) throws -> String {
    let home = try TemporaryFolder()
    try home.write(
      """
      version: 1
      defaults: {gpus: []}
      instances:
        main: {port: 8080, api_key: main-key}
      companions:
        webui: {kind: open-webui, port: 3000\(more)}

      """, to: "w/instances.yaml")
    try home.write(
      "name: m\nsource: {type: local, path: /srv/m.gguf}\ncontainer: {runtime: llama-cpp}\n",
      to: "w/profiles/chat/m.yaml")
    try home.link("w/active/main.yaml", to: "../profiles/chat/m.yaml")
    let made = try Program.run(
      Program.amm, ["generate", "--workspace", home.file("w").path],
      environment: ["HOME": home.url.path])
    #expect(made.status == 0, "\(made.errors)")
    return try home.read("w/generated/quadlet/webui.container")
  }

  @Test func `a key of a server is joined into the variable of Open WebUI`() throws {
    let text = try unit("")
    #expect(text.contains(#"Exec=-c "OPENAI_API_KEYS=\"$$AMM_KEY_1\" exec bash start.sh""#))
  }

  @Test func `keys that the author sets are not replaced`() throws {
    let text = try unit(", secrets: {OPENAI_API_KEYS: mine}")
    #expect(text.contains("Secret=mine,type=env,target=OPENAI_API_KEYS\n"))
    #expect(!text.contains("Exec=") && !text.contains("Entrypoint="), "\(text)")
  }

  /// The server at another address is not the one that the key is for.
  @Test func `a key does not go to addresses that the author sets`() throws {
    let text = try unit(", environment: {OPENAI_API_BASE_URLS: \"http://192.0.2.1/v1\"}")
    #expect(text.contains("Environment=OPENAI_API_BASE_URLS=http://192.0.2.1/v1\n"))
    #expect(!text.contains("OPENAI_API_KEYS"), "\(text)")
  }
}
