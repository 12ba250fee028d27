import Deployments
import Diagnostics
import Targets
import Testing
import Values

/// What a file of Compose says of a deployment; the real program reads it in ComposeFileTests.
struct ComposeTests {
  private static func name(_ text: String) throws -> ResourceName {
    try #require(ResourceName(text))
  }

  private static func workload(_ change: (inout Container) throws -> Void) throws -> Workload {
    var server = Container(
      name: try name("main"), description: PlainText(literal: "a server"),
      image: try #require(ImageReference("example.org/server:1")), network: try name("lab"),
      lifecycle: .server(start: .boot, startBudget: 60, grace: 5),
      restart: RestartPolicy(.onFailure, after: 10))
    try change(&server)
    return Workload(
      Provenance(profile: "x/main", runtime: "custom", model: "main"), server: server,
      exposure: Exposure(.loopback, Port(literal: 8080), to: Port(literal: 80)),
      endpoint: Endpoint())
  }

  private static func text(_ change: (inout Container) throws -> Void) throws -> String {
    let deployment = Deployment(network: try name("lab"), workloads: [try workload(change)])
    let target = Compose(TargetSettings())
    #expect(target.objections(to: deployment).isEmpty)
    return try #require(target.render(deployment, as: Compose.file).first).text
  }

  @Test func `nothing in a text is replaced`() throws {
    let text = try Self.text { $0.arguments = [Argument(literal: "$HOME ${x}")] }
    #expect(text.contains("- \"$$HOME $${x}\"\n"))
  }

  @Test func `one that does not start by itself starts by its name alone`() throws {
    let text = try Self.text { $0.lifecycle = .server(start: .manual, startBudget: 1, grace: 1) }
    #expect(text.contains("profiles:\n      - \"main\"\n"))
    #expect(text.contains("restart: \"on-failure\"\n"))
    #expect(try !Self.text { _ in }.contains("profiles:"))
  }

  @Test func `two containers of one name are objected to`() throws {
    var step = try Self.workload { _ in }.server
    step.name = try Self.name("main-model")
    let one = try Self.workload { _ in }
    let maker = Workload(
      one.provenance, server: one.server, exposure: one.exposure, endpoint: one.endpoint,
      preparation: [step])
    let other = try Self.workload { $0.name = try Self.name("main-model") }
    let deployment = Deployment(network: try Self.name("lab"), workloads: [maker, other])
    let objections = Compose(TargetSettings()).objections(to: deployment)
    #expect(objections.map(\.rule.code) == ["name-collision"])
    #expect(objections.map(\.workload.text) == ["main-model"])
  }

  @Test func `what Compose cannot say is objected to`() throws {
    let workload = try Self.workload { server in
      server.secrets = [
        SecretReference(
          EnvironmentVariable.Name(literal: "HF_TOKEN"),
          from: .stored(try #require(SecretName("hf"))))
      ]
      server.mounts = [
        Mount(
          .store(try Self.name("x")), at: ContainerPath(literal: "/x"), options: [.changeOwner])
      ]
    }
    let deployment = Deployment(network: try Self.name("lab"), workloads: [workload])
    let objections = Compose(TargetSettings()).objections(to: deployment)
    #expect(objections.map(\.rule.code) == ["compose-secret", "compose-mount"])
    #expect(
      objections.map(\.part) == [
        .secret(EnvironmentVariable.Name(literal: "HF_TOKEN")),
        .mount(ContainerPath(literal: "/x")),
      ])
    #expect(Podman(TargetSettings()).objections(to: deployment).isEmpty)
  }
}
