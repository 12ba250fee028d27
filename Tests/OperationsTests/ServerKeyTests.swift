import Deployments
import Operations
import TestSupport
import Testing

/// Servers that ask their clients for a key.
struct ServerKeyTests {
  private static let identity = ModelIdentity(
    path: "/v1/models", form: .openAI, name: "org/model")

  private static func workload(_ source: SecretReference.Source?) throws -> Workload {
    let variable = EnvironmentVariable.Name(literal: "VLLM_API_KEY")
    var server = Container(
      name: try #require(ResourceName("main")), description: PlainText(literal: "a server"),
      image: try #require(ImageReference("example.org/server:1")),
      network: try #require(ResourceName("lab")),
      lifecycle: .server(start: .manual, startBudget: 60, grace: 5),
      restart: RestartPolicy(.always, after: 30))
    server.secrets = source.map { [SecretReference(variable, from: $0)] } ?? []
    var endpoint = Endpoint(health: "/health")
    endpoint.key = source == nil ? nil : variable
    return Workload(
      Provenance(profile: "x/main", runtime: "vllm", model: "org/model"), server: server,
      exposure: Exposure(.loopback, Port(literal: 8080), to: Port(literal: 8000)),
      endpoint: endpoint)
  }

  /// What a server of one key says of its model to who has another, or none.
  private static func reported(
    _ source: SecretReference.Source?, _ change: (inout ScriptedMachine.State) -> Void
  ) throws -> ReportedModel? {
    let scripted = try ScriptedMachine()
    try scripted.home.write(
      "# of the server\nOTHER=1\nVLLM_API_KEY=sk-in-a-file\n", to: "key.env")
    scripted.update { state in
      state.bodies[8080] = #"{"data": [{"id": "org/model"}]}"#
      change(&state)
    }
    let machine = scripted.machine
    let workload = try workload(source)
    return ReportedModel(
      identity, address: "127.0.0.1", port: 8080, key: { machine.key(of: workload) }, on: machine)
  }

  private static var stored: SecretReference.Source {
    get throws { .stored(try #require(SecretName("main-key"))) }
  }

  @Test func `a server is asked with the key that Podman keeps`() throws {
    let model = try Self.reported(try Self.stored) { state in
      state.keys[8080] = "sk-right"
      state.secrets["main-key"] = "sk-right\n"
    }
    #expect(model == .meant)
  }

  @Test func `a server is asked with the key of a file`() throws {
    let file = try #require(HostPath("~/key.env"))
    let model = try Self.reported(.environmentFile(file)) { $0.keys[8080] = "sk-in-a-file" }
    #expect(model == .meant)
  }

  @Test(arguments: ["sk-wrong", "sk\r\nHost: elsewhere", ""])
  func `a server that refuses the key keeps its model to itself`(key: String) throws {
    let model = try Self.reported(try Self.stored) { state in
      state.keys[8080] = "sk-right"
      state.secrets["main-key"] = key
    }
    #expect(model == .locked)
  }

  /// A key is for who asks for it: nobody else hears it.
  @Test func `a key is read for a server that asks for one`() throws {
    let machine = try ScriptedMachine()
    machine.update { $0.bodies[8080] = #"{"data": [{"id": "org/model"}]}"# }
    var wasRead = false
    let model = ReportedModel(
      Self.identity, address: "127.0.0.1", port: 8080,
      key: {
        wasRead = true
        return "sk"
      }, on: machine.machine)
    #expect(model == .meant && !wasRead)
  }
}
