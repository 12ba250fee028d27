import TestSupport
import Testing

/// Which way `amm switch` takes to the machine.
struct ApplyMethodTests {
  private func machine(_ programs: String...) throws -> FakeMachine {
    let machine = try FakeMachine(having: programs)
    try machine.workspace(["a": 9001])
    try machine.has(images: "example.org/a-one:1", "example.org/a-two:1")
    return machine
  }

  @Test func `home-manager without amm's module is not run`() throws {
    let machine = try machine("systemctl", "podman", "home-manager")
    let result = try machine.amm("switch", "a", "a-two")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.errors.contains(
        "applying with quadlet: home-manager's configuration does not include amm's module"))
    #expect(try !machine.calls().contains { $0.hasPrefix("home-manager") })
    #expect(machine.runs("a.service"))
  }

  @Test func `home-manager with amm's module is run, and must have made the unit`() throws {
    let machine = try machine("systemctl", "podman", "home-manager")
    try machine.home.write("podman\n", to: ".local/share/amm/home-manager")
    let missing = try machine.amm("switch", "a", "a-two")
    #expect(missing.status == 3)
    #expect(!missing.output.contains("done"))
    #expect(missing.errors.contains("cannot serve with 'podman-a.service'"))
    #expect(missing.errors.contains("does not include amm's module, or not this workspace"))

    try machine.put("/nix/store/unit", at: "other/podman-a.service")
    let result = try machine.amm("switch", "a", "a-two")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains("done: podman-a.service runs tiny/a-two, applied with home-manager"))
    #expect(machine.runs("podman-a.service"))

    // The configuration is one of another workspace: nothing is restarted.
    let stale = try machine.amm("switch", "a", "a-one")
    #expect(stale.status == 3)
    #expect(stale.errors.contains("does not use this workspace's generated files"))
    #expect(try machine.serves("a") == "../profiles/tiny/a-two.yaml")

    try machine.put("systemctl --user restart podman-a.service\n", at: "activate")
    #expect(try machine.amm("switch", "a", "a-one").status == 0)
  }

  @Test func `home-manager is run with the workspace's arguments, which ask for it`() throws {
    let machine = try machine("systemctl", "podman", "home-manager")
    let text = try machine.home.read("w/instances.yaml")
    try machine.home.write(text + "apply: {arguments: [--flake, '.#me']}\n", to: "w/instances.yaml")
    try machine.put("/nix/store/unit", at: "other/podman-a.service")
    let result = try machine.amm("switch", "a", "a-two", "--trust")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.errors.contains(
        "applying with home-manager: as set by 'apply.arguments' in instances.yaml"))
    #expect(try machine.calls().contains("home-manager switch --flake .#me"))
  }

  @Test func `the module's mode quadlet has units without a prefix`() throws {
    let machine = try machine("systemctl", "podman", "home-manager")
    try machine.home.write("quadlet\n", to: ".local/share/amm/home-manager")
    try machine.put("/nix/store/unit", at: "other/a.service")
    let result = try machine.amm("switch", "a", "a-two")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("done: a.service runs tiny/a-two"))
  }

  @Test func `what home-manager runs is not installed a second time`() throws {
    let machine = try machine("systemctl", "podman", "home-manager")
    try machine.put("/nix/store/unit", at: "other/podman-a.service")
    let result = try machine.amm("switch", "a", "a-two")
    #expect(result.status == 3)
    #expect(result.errors.contains("home-manager runs it as 'podman-a.service'"))
    #expect(result.errors.contains("apply: {method: home-manager}"))
    #expect(try machine.serves("a") == "../profiles/tiny/a-one.yaml")
  }

  @Test func `a machine that runs nothing is said, and nothing is changed`() throws {
    let machine = try machine("podman")
    let result = try machine.amm("switch", "a", "a-two")
    #expect(result.status == 3)
    #expect(result.errors.contains("this machine cannot run servers"))
    #expect(result.errors.contains("'--no-apply' only changes the link and generated/"))
    #expect(try machine.serves("a") == "../profiles/tiny/a-one.yaml")

    let files = try machine.amm("switch", "a", "a-two", "--no-apply")
    #expect(files.status == 0)
    #expect(files.output.contains("nothing was applied, as set by '--no-apply'"))
    #expect(!files.output.contains("done"))
    #expect(try machine.amm("history").output.contains("not applied"))
  }

  @Test(arguments: ["--no-apply", "--apply=none"])
  func `there is nothing to wait for where nothing is applied`(option: String) throws {
    let machine = try machine("systemctl", "podman")
    let result = try machine.amm("switch", "a", "a-two", option, "--wait")
    #expect(result.status == 64)
    #expect(result.errors.contains("'--wait' waits for a server, but nothing is applied"))
    #expect(try machine.serves("a") == "../profiles/tiny/a-one.yaml")
  }

  @Test func `without Podman to ask, servers pull their own images`() throws {
    let machine = try machine("systemctl")
    let result = try machine.amm("switch", "a", "a-two")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("Podman is not installed here"))
  }
}
