import Foundation
import TestSupport
import Testing

/// What a lock means for the images of companions.
struct CompanionLockTests {
  private let home: TemporaryFolder
  private static let image = "ghcr.io/open-webui/open-webui:v0.12.4"
  private static let digest =
    "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

  init() throws {
    home = try TemporaryFolder()
    try home.write(
      """
      version: 1
      defaults: {gpus: []}
      instances:
        main: {port: 8080}
      companions:
        webui: {kind: open-webui, port: 3000}
        own: {kind: custom, image: "localhost/own:1", port: 3001, container_port: 80}
        router: {kind: llama-swap, port: 3002}

      """, to: "w/instances.yaml")
    try home.write(
      "name: m\nsource: {type: local, path: /srv/m.gguf}\n"
        + "container: {runtime: llama-cpp, image: \"localhost/llama:1\"}\n",
      to: "w/profiles/chat/m.yaml")
    try home.link("w/active/main.yaml", to: "../profiles/chat/m.yaml")
  }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(
      Program.amm, words + ["--workspace", home.file("w").path],
      environment: ["HOME": home.url.path])
  }

  private func lock(_ images: String) throws {
    try home.write(
      #"{"version": 1, "models": {}, "images": {\#(images)}}"#, to: "w/models.lock.json")
  }

  @Test func `an image of a companion that the lock lacks is named`() throws {
    try lock("")
    let checked = try amm("validate", "--strict")
    #expect(checked.status == 1)
    let warnings = checked.errors.split(separator: "\n").filter { $0.contains("[not-locked]") }
    #expect(warnings.count == 1, "\(checked.errors)")
    #expect(warnings.first?.contains("'\(Self.image)', which 'webui' runs") == true)
    let missing = try amm("lock", "--check", "--offline")
    #expect(missing.status == 1)
    #expect(
      missing.errors.contains("image:\(Self.image): is missing; 'webui' needs it"),
      "\(missing.output)\(missing.errors)")
  }

  @Test func `an image of a companion is pinned to its digest`() throws {
    try lock(#""\#(Self.image)": {"digest": "\#(Self.digest)"}"#)
    let checked = try amm("validate", "--strict")
    #expect(checked.status == 0, "\(checked.errors)")
    _ = try amm("generate")
    let unit = try home.read("w/generated/quadlet/webui.container")
    #expect(unit.contains("Image=\(Self.image)@\(Self.digest)\n"))
    #expect(try home.read("w/generated/quadlet/own.container").contains("Image=localhost/own:1\n"))
  }
}
