import Foundation
import TestSupport
import Testing

/// What `amm switch` says of a machine on which not all is as it should be.
struct ApplyTests {
  private let machine: FakeMachine
  private let units = ".config/containers/systemd/ai-models"

  init() throws {
    machine = try FakeMachine()
    try machine.workspace(["a": 9001, "b-model": 9002])
    try machine.has(
      images: "example.org/a-one:1", "example.org/b-model-one:1", "example.org/b-model-two:1")
  }

  @Test func `a switch is done when its unit runs, and says by which method and why`() throws {
    let first = try machine.amm("switch", "a", "a-one")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("done: a.service runs tiny/a-one, applied with quadlet"))
    #expect(first.errors.contains("applying with quadlet: home-manager is not installed"))
    #expect(machine.runs("a.service") && machine.runs("b-model.service"))
    _ = try machine.calls()

    // A name that ends like a task's is a server's all the same.
    let second = try machine.amm("switch", "b-model", "b-model-two")
    #expect(second.status == 0, "\(second.errors)")
    #expect(
      try machine.calls() == [
        "systemctl daemon-reload", "systemctl restart b-model.service",
        "systemctl start b-model.service",
      ])
    #expect(try machine.amm("status").output.contains("drift") == false)
  }

  @Test func `a unit that Podman's generator did not make is no success`() throws {
    try machine.put(at: "unmade/a.service")
    let result = try machine.amm("switch", "a", "a-one")
    #expect(result.status == 3)
    #expect(!result.output.contains("done"))
    #expect(result.errors.contains("Unit a.service not found."))
  }

  @Test func `a unit that is made from another file is no success`() throws {
    try machine.put(machine.home.file("mine.container").path, at: "other/a.service")
    try machine.home.write("", to: "mine.container")
    let result = try machine.amm("switch", "a", "a-one")
    #expect(result.status == 3)
    #expect(result.errors.contains("systemd makes the unit from '"))
    #expect(result.errors.contains("/mine.container', not from '"))
  }

  @Test func `a server that was not restarted is no success`() throws {
    #expect(try machine.amm("switch", "b-model", "b-model-one").status == 0)
    try machine.put(at: "deaf/b-model.service")
    let result = try machine.amm("switch", "b-model", "b-model-two")
    #expect(result.status == 3)
    #expect(result.errors.contains("the unit was not restarted, so the old server still runs"))
    #expect(try machine.serves("b-model") == "../profiles/tiny/b-model-one.yaml")
  }

  /// What was linked before was never installed, so that nobody wants it started.
  @Test func `a first switch that fails leaves nothing installed`() throws {
    try machine.put(at: "fails/a.service")
    let result = try machine.amm("switch", "a", "a-one")
    #expect(result.status == 3)
    #expect(result.errors.contains("'a' is not installed, as before"), "\(result.errors)")
    let left = try FileManager.default.contentsOfDirectory(
      atPath: machine.home.file(units).path)
    #expect(!left.contains("a.container"), "\(left)")
  }

  @Test func `a start that fails is taken back, and what is served then is said`() throws {
    #expect(try machine.amm("switch", "a", "a-one").status == 0)
    try machine.has(
      images: "example.org/a-one:1", "example.org/a-two:1", "example.org/b-model-one:1")
    try machine.put(at: "fails/a.service")
    let result = try machine.amm("switch", "a", "a-two")
    #expect(result.status == 3)
    #expect(
      result.errors.contains(
        "the link and generated/ have tiny/a-one again, but applying them failed, too"))
    #expect(try machine.serves("a") == "../profiles/tiny/a-one.yaml")
    #expect(try machine.home.read("\(units)/a.container").contains("example.org/a-one:1"))
  }

  @Test func `a restart that fails names the server and its log`() throws {
    #expect(try machine.amm("switch", "a", "a-one").status == 0)
    try machine.put(at: "fails/a.service")
    let result = try machine.amm("restart", "a")
    #expect(result.status == 3)
    #expect(result.errors.contains("a.service did not restart\n  help: see 'amm logs a'"))
  }

  @Test(arguments: ["", "--wait=60"])
  func `a server that starts and dies is no success`(wait: String) throws {
    #expect(try machine.amm("switch", "b-model", "b-model-one").status == 0)
    try machine.put(at: "dies/b-model.service")
    let words = ["switch", "b-model", "b-model-two"] + (wait.isEmpty ? [] : [wait])
    let result = try machine.amm(words)
    #expect(result.status == (wait.isEmpty ? 3 : 4))
    #expect(
      result.errors.contains(
        wait.isEmpty ? "the unit is failed" : "b-model.service failed; the end of its journal"))
    #expect(!result.output.contains("done"))
    #expect(try machine.serves("b-model") == "../profiles/tiny/b-model-one.yaml")
  }

  @Test func `a server that knows none of its paths is not healthy`() throws {
    let server = try FakeServer("--fault", "absent")
    try machine.workspace(in: "v", ["c": server.port])
    try machine.has(images: "example.org/c-one:1", "example.org/c-two:1")
    #expect(try machine.amm("switch", "c", "c-one", in: "v").status == 0)
    let status = try machine.amm("status", in: "v").output
    #expect(status.contains("not ready") && !status.contains("healthy"))
    let result = try machine.amm("switch", "c", "c-two", "--wait=1", in: "v")
    #expect(result.status == 4)
    #expect(result.errors.contains("c.service did not answer within 1 s"))
  }

  @Test func `what starts with the session starts, and what was stopped by hand is left alone`()
    throws
  {
    try machine.home.write(
      "version: 1\ndefaults: {gpus: []}\ninstances:\n  a: {port: 9001}\n"
        + "  b-model: {port: 9002, auto_start: false}\n", to: "w/instances.yaml")
    #expect(try machine.amm("switch", "a", "a-one").status == 0)
    #expect(machine.runs("a.service") && !machine.runs("b-model.service"))
  }

  @Test func `an image is pulled before anything is touched`() throws {
    #expect(try machine.amm("switch", "a", "a-one").status == 0)
    _ = try machine.calls()
    let dry = try machine.amm("switch", "a", "a-two", "--dry-run")
    #expect(dry.output.contains("image: example.org/a-two:1, to be pulled"))
    #expect(dry.output.contains("would restart: a.service"))
    #expect(dry.output.contains("would apply with quadlet: home-manager is not installed"))
    #expect(try machine.calls() == [])

    try machine.put(at: "offline")
    let failed = try machine.amm("switch", "a", "a-two")
    #expect(failed.status == 3)
    #expect(failed.errors.contains("most likely: there is no network"))
    #expect(failed.errors.contains("cannot pull the image 'example.org/a-two:1'"))
    #expect(failed.errors.contains("nothing was changed"))
    #expect(try machine.calls() == ["podman pull example.org/a-two:1"])
    #expect(try machine.serves("a") == "../profiles/tiny/a-one.yaml")
    #expect(try machine.amm("history").output.contains("a-two") == false)
    #expect(machine.runs("a.service"))
  }

  @Test func `a pulled image is used at once`() throws {
    #expect(try machine.amm("switch", "a", "a-one").status == 0)
    _ = try machine.calls()
    #expect(try machine.amm("switch", "a", "a-two").status == 0)
    let calls = try machine.calls()
    #expect(calls.first == "podman pull example.org/a-two:1")
    #expect(calls.contains("systemctl restart a.service"))
  }

  @Test func `what answers on the port with another model is not what was meant`() throws {
    let server = try FakeServer(models: ["somebody-elses"])
    try machine.workspace(in: "v", ["c": server.port])
    try machine.has(images: "example.org/c-one:1", "example.org/c-two:1")
    let result = try machine.amm("switch", "c", "c-one", "--wait=60", in: "v")
    #expect(result.status == 4)
    #expect(
      result.errors.contains(
        "the server on port \(server.port) serves somebody-elses; expected c-one"))
    let status = try machine.amm("status", in: "v").output
    #expect(status.contains("another model answers"))
    #expect(status.contains("the server on its port serves somebody-elses"))
  }

  @Test func `a server that never answers is taken back, too`() throws {
    // One that accepts no connection for as long as the test has it.
    let port = try ReservedPort()
    try machine.workspace(in: "v", ["c": port.number])
    try machine.has(images: "example.org/c-one:1", "example.org/c-two:1")
    let result = try machine.amm("switch", "c", "c-two", "--wait=1", in: "v")
    #expect(result.status == 4)
    #expect(result.errors.contains("c.service did not answer within 1 s"))
    #expect(result.errors.contains("the link and generated/ have tiny/c-one again"))
    #expect(try machine.serves("c", in: "v") == "../profiles/tiny/c-one.yaml")
    #expect(try machine.amm("history", in: "v").output.contains("wait"))
  }

  @Test func `a server that serves what is meant is waited for`() throws {
    let server = try FakeServer(models: ["c-two"])
    try machine.workspace(in: "v", ["c": server.port])
    try machine.has(images: "example.org/c-one:1", "example.org/c-two:1")
    let result = try machine.amm("switch", "c", "c-two", "--wait=60", in: "v")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("c.service answers after "))
    #expect(try machine.amm("status", in: "v").output.contains("healthy"))
  }

  @Test func `a podman that prints without end is told, and status goes on`() throws {
    let machine = try FakeMachine(having: ["systemctl"])
    try machine.workspace(["a": 9001])
    try machine.home.write("#!/bin/sh\nexec yes\n", to: "bin/podman")
    try machine.home.link("bin/yes", to: try #require(Program.find("yes")).path)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: machine.home.file("bin/podman").path)
    let status = try machine.amm("status")
    #expect(status.status == 0)
    #expect(status.output.contains("tiny/a-one"))
    #expect(status.output.contains("not checked: containers: podman printed more than 8 MiB"))
    #expect(try machine.amm("doctor").output.contains("Podman printed more than 8 MiB"))
  }
}
