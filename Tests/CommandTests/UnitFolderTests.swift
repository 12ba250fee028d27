import Foundation
import TestSupport
import Testing

/// The folder of installed units belongs to one workspace.
struct UnitFolderTests {
  private let machine: FakeMachine
  private let units = ".config/containers/systemd/ai-models"

  init() throws {
    machine = try FakeMachine()
    try machine.workspace(in: "production", ["prod": 9001])
    try machine.workspace(in: "demo", ["play": 9002])
    try machine.has(
      images: "example.org/prod-one:1", "example.org/play-one:1", "example.org/play-two:1")
    #expect(try machine.amm("switch", "prod", "prod-one", in: "production").status == 0)
    _ = try machine.calls()
  }

  private func isInstalled(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: machine.home.file("\(units)/\(file)").path)
  }

  @Test func `another workspace does not stop what is served`() throws {
    #expect(try machine.amm("switch", "play", "play-two", "--dry-run", in: "demo").status == 3)
    let result = try machine.amm("switch", "play", "play-two", in: "demo")
    #expect(result.status == 3)
    #expect(result.errors.contains("they belong to the workspace '"))
    #expect(result.errors.contains("/production', and this is '"))
    #expect(result.errors.contains("/demo'\n  help: only one of the two can be served"))
    #expect(try machine.serves("play", in: "demo") == "../profiles/tiny/play-one.yaml")
    #expect(try machine.calls() == [])
    #expect(machine.runs("prod.service") && isInstalled("prod.container"))
    let status = try machine.amm("status", "--drift", in: "demo").output
    #expect(status.contains("belong to the workspace '"))
    #expect(!status.contains("should not exist"))
    let generate = try machine.amm(
      "generate", "--target", "quadlet", "--output", machine.home.file(units).path, in: "demo")
    #expect(generate.status == 3)
    #expect(isInstalled("prod.container") && !isInstalled("play.container"))
  }

  @Test func `units are handed over by a command that says so, and what stops is listed`() throws {
    let adopted = try machine.amm("recover", "--adopt", in: "demo")
    #expect(adopted.status == 0, "\(adopted.errors)")
    #expect(adopted.output.contains("' instead of '"))
    #expect(try machine.calls() == [])
    #expect(machine.runs("prod.service") && isInstalled("prod.container"))
    let dry = try machine.amm("switch", "play", "play-two", "--dry-run", in: "demo")
    #expect(dry.output.contains("would stop: prod.service"))
    let result = try machine.amm("switch", "play", "play-two", in: "demo")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.errors.contains("stopping, because the workspace no longer has them: prod.service"))
    #expect(!machine.runs("prod.service") && machine.runs("play.service"))
    #expect(!isInstalled("prod.container") && isInstalled("play.container"))
  }

  /// home-manager installs files as links, one each, and no list of amm's.
  @Test func `units that are links are looked at, and never written`() throws {
    let play = machine.home.file("demo")
    try FileManager.default.removeItem(at: machine.home.file(units))
    #expect(try machine.amm("generate", in: "demo").status == 0)
    let generated = play.appendingPathComponent("generated/quadlet")
    for file in try FileManager.default.contentsOfDirectory(atPath: generated.path) {
      try machine.home.write(
        machine.home.read("demo/generated/quadlet/\(file)"), to: "store/\(file)")
      try machine.home.link("\(units)/\(file)", to: machine.home.file("store/\(file)").path)
    }
    let fresh = try machine.amm("status", in: "demo")
    #expect(fresh.status == 0 && !fresh.output.contains("differs"), "\(fresh)")
    try machine.home.write("[Container]\nImage=a\n", to: "store/play.container")
    let stale = try machine.amm("status", in: "demo")
    #expect(stale.status == 0 && stale.output.contains("/play.container differs"), "\(stale)")
    let refused = try machine.amm("switch", "play", "play-one", in: "demo")
    #expect(refused.status == 3 && refused.errors.contains("is a link to '"))
    #expect(try machine.home.read("store/play.container") == "[Container]\nImage=a\n")
  }

  @Test func `a workspace that moved takes its units along`() throws {
    try FileManager.default.moveItem(
      at: machine.home.file("production"), to: machine.home.file("dotfiles"))
    let result = try machine.amm("switch", "prod", "prod-one", in: "dotfiles")
    #expect(result.status == 3)
    #expect(result.errors.contains("that one no longer exists: 'amm recover --adopt'"))
    #expect(try machine.amm("recover", "--adopt", in: "dotfiles").status == 0)
    #expect(try machine.amm("switch", "prod", "prod-one", in: "dotfiles").status == 0)
    #expect(machine.runs("prod.service"))
  }

  @Test func `units of which nothing says whose they are are not taken silently`() throws {
    let list = try machine.home.read("\(units)/.amm-manifest")
    let lines = list.split(separator: "\n").filter { !$0.hasPrefix("/workspace\t") }
    #expect(lines.count + 1 == list.split(separator: "\n").count)
    try machine.home.write(lines.map { $0 + "\n" }.joined(), to: "\(units)/.amm-manifest")
    let result = try machine.amm("switch", "prod", "prod-one", in: "production")
    #expect(result.status == 3)
    #expect(result.errors.contains("there is no record of the workspace"))
    #expect(try machine.amm("recover", "--adopt", in: "production").status == 0)
    #expect(try machine.amm("switch", "prod", "prod-one", in: "production").status == 0)
  }

  @Test func `what README installs by hand is what switch finds`() throws {
    let generated = try machine.amm(
      "generate", "--target", "quadlet", "--output", machine.home.file(units).path,
      in: "production")
    #expect(generated.status == 0, "\(generated.errors)")
    #expect(generated.output.contains("is up to date"))
    #expect(isInstalled("prod.container"))
    #expect(try machine.amm("status", in: "production").output.contains("ai-models/") == false)
  }

  @Test func `units of an older layout, a folder deeper, are moved without a stop`() throws {
    let list = try machine.home.read("\(units)/.amm-manifest")
    try machine.home.write("", to: "\(units)/quadlet/.keep")
    for line in list.split(separator: "\n") where !line.hasPrefix("/") {
      let file = String(line.prefix { $0 != "\t" })
      try FileManager.default.moveItem(
        at: machine.home.file("\(units)/\(file)"),
        to: machine.home.file("\(units)/quadlet/\(file)"))
    }
    let deeper = list.split(separator: "\n").map { $0.hasPrefix("/") ? $0 : "quadlet/" + $0 }
    try machine.home.write(deeper.map { $0 + "\n" }.joined(), to: "\(units)/.amm-manifest")
    let result = try machine.amm("switch", "prod", "prod-one", in: "production")
    #expect(result.status == 0, "\(result.errors)")
    #expect(isInstalled("prod.container") && !isInstalled("quadlet/prod.container"))
    #expect(try !machine.calls().contains { $0.contains("stop") })
  }
}
