import Foundation
import TestSupport
import Testing

/// What amm exports, imported again.
extension ImportTargetTests {
  /// A form, and settings that it can have.
  struct Form: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// The settings, in which NAME is the name of the instance.
    let settings: String
    let only: [String]
    let least: Int
  }

  private static let common = """
    labels: {a: "b $c"}, limits: {ram: 32GB, cpu_cores: 6}, shm_size: 3GB, bind: "0.0.0.0", \
    ulimits: {nofile: 4096}, read_only: true, extra_ports: ["9NNN:9100"], \
    environment: {A_B: "x y", DOLLAR: "a$b"}
    """

  static let forms: [Form] = [
    Form(
      testDescription: "run",
      settings:
        "token: hf, secrets: {EXTRA: own}, volumes: [\"~/files:/files:ro,z\", \"scratch:/s:U\"], "
        + common, only: few.filter { $0 != "custom" }, least: 5),
    Form(
      testDescription: "run",
      settings: "api_key: key, cache: own, init: false, compile_cache: false, selinux: private",
      only: ["qwen3.5-9b-vllm", "sglang"], least: 2),
    Form(
      testDescription: "compose",
      settings:
        "token: hf-token, secrets: {EXTRA: NAME-extra}, volumes: [\"~/files:/files:ro,z\"], "
        + common, only: few, least: 5),
    Form(
      testDescription: "compose",
      settings: "api_key: NAME-key, cache: own, init: false, compile_cache: false, gpus: [amd]",
      only: ["qwen3.5-9b-vllm", "sglang", "qwen3-4b"], least: 1),
  ]

  @Test(arguments: forms) func `an export is imported as the same servers`(form: Form) throws {
    let names = try generate(nil, form.settings, form.only)
    #expect(names.count >= form.least, "\(names)")
    for name in names {
      let file = "\(name)/" + (form.testDescription == "run" ? "run.sh" : "compose.yaml")
      let exported = try amm(
        "export", name, "-w", "w", "--as", form.testDescription, "--output", file)
      #expect(exported.status == 0, "\(exported.errors)")
      try importAll(file)
    }
    try compare(below: "quadlet")
  }

  @Test(arguments: ["run", "compose", "command"])
  func `an export of a server that starts on demand has the port for clients`(
    form: String
  ) throws {
    _ = try generate(nil, "start: on-demand, backend_port: 7001", ["qwen3.5-9b-vllm"])
    let exported = try amm("export", "qwen3-5-9b-vllm", "-w", "w", "--as", form)
    #expect(exported.status == 0, "\(exported.errors)")
    #expect(exported.output.contains("8100") && !exported.output.contains("7001"))
  }

  @Test(arguments: ExportTests.profiles)
  func `a command is imported as the same program`(profile: String) throws {
    let text = try String(
      contentsOf: Repository.file("profiles/" + profile), encoding: .utf8)
    let token = text.contains("gated: true") ? ", token: hf-token" : ""
    let names = try generate(nil, "secrets: {S3_TOKEN: s3}" + token, [profile])
    #expect(names.count == 1)
    for name in names {
      let exported = try amm(
        "export", name, "-w", "w", "--as", "command", "--output", "\(name).sh")
      #expect(exported.status == 0, "\(name): \(exported.errors)")
      let result = try amm("import", "\(name).sh", "--into", name)
      #expect(
        result.status == 0 && result.output.contains("1 server:"), "\(name): \(result.errors)")
      let generated = try amm("generate", "--workspace", name)
      #expect(generated.status == 0, "\(name): \(generated.errors)")
      let (before, after) = try (
        program(in: lines(of: "w", below: "quadlet"), of: name),
        program(in: lines(of: name, below: "quadlet"), of: nil)
      )
      #expect(before == after, "\(name)")
      #expect(try folder.read("\(name)/instances.yaml").contains("s3-token"), "\(name)")
    }
  }

  /// Returns the commands of units, without the names of the instance and the profile.
  private func program(in units: [String: [String]], of name: String?) -> [String] {
    units.filter { file, _ in
      name.map { file == "\($0).container" || file == "\($0)-model.container" }
        ?? file.hasSuffix(".container")
    }.flatMap(\.value).filter { $0.hasPrefix("Exec=") || $0.contains("MODELFILE=") }
      .map { line in
        line.split(separator: " ").filter { !$0.contains(",") || $0.contains("=") }
          .joined(separator: " ")
      }.sorted()
  }
}
