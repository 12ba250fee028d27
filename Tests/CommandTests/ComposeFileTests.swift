import Foundation
import Targets
import TestSupport
import Testing
import Values

/// A file of Compose through Docker Compose itself, beside the units of the same workspace.
struct ComposeFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let workspace = Repository.file("Tests/Corpus/accepted-workspaces/targets")
    let result = try Program.amm(
      "generate", "--workspace", workspace.path, "--output", folder.file("generated").path)
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
  }

  @Test func `the files are the golden ones`() throws {
    let differences = try Golden.differences(
      of: folder.file("generated"), from: Repository.file("Tests/Golden/targets"))
    #expect(differences == [])
  }

  /// The services as Docker Compose understands them.
  private func services() throws -> JSONValue {
    // It wants the files of variables that it reads.
    let home = folder.file("home/.config/amm")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    try Data("HF_TOKEN=sesame\n".utf8).write(to: home.appendingPathComponent("token.env"))
    let result = try Program.run(
      try #require(Program.tool("docker-compose")),
      [
        "-f", folder.file("generated/stack/compose.yaml").path, "--profile", "*", "config",
        "--format", "json",
      ], environment: ["HOME": folder.file("home").path, "X": "replaced", "PORT": "replaced"])
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    let value = try #require(JSONValue(parsing: result.output))
    return try #require(value["services"])
  }

  /// The container's keys of a unit, each with all that its lines mean.
  private func unit(_ name: String) throws -> [String: [String]] {
    let file = folder.file("generated/local/quadlet/\(name).container")
    let sections = try UnitFileReader.read(String(decoding: Data(contentsOf: file), as: UTF8.self))
    let container = try #require(sections.first { $0.name == "Container" })
    return Dictionary(grouping: container.entries, by: \.key).mapValues { $0.flatMap(\.values) }
  }

  @Test(
    .needs(.tool("docker-compose")), arguments: ["nvidia", "waits", "amd", "amd-model", "cpu"])
  func `a container is the same for Compose and for Podman`(name: String) throws {
    let service = try #require(try services()[name])
    let unit = try unit(name)
    #expect(service["image"]?.text == unit["Image"]?.first)
    #expect(service["container_name"]?.text == unit["ContainerName"]?.first)
    #expect(service["command"].texts == unit["Exec"] ?? [])
    #expect(
      service["entrypoint"].texts
        == (unit["PodmanArgs"] ?? []).compactMap { $0.value(of: "--entrypoint") })
    #expect(service["cap_drop"].texts == ["ALL"] && unit["DropCapability"] == ["all"])
    #expect(
      service["security_opt"].texts.contains("label:disable")
        == (unit["SecurityLabelDisable"] != nil))
    #expect(service["security_opt"].texts.contains("no-new-privileges:true"))
    #expect(service["healthcheck"]?["test"].texts.dropFirst().first == unit["HealthCmd"]?.first)
    var variables: [String: String] = [:]
    for assignment in unit["Environment"] ?? [] {
      let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      variables[String(parts[0])] = String(parts[1])
    }
    if unit["EnvironmentFile"] != nil { variables["HF_TOKEN"] = "sesame" }
    #expect(service["environment"].variables == variables)
    #expect(service["volumes"]?.list?.map(\.mount) ?? [] == (unit["Volume"] ?? []).map(\.mount))
    let ports = (service["ports"]?.list ?? []).map { port in
      let address = port["host_ip"]?.text ?? ""
      let host = address.contains(":") ? "[\(address)]" : address
      return "\(host):\(port["published"]?.text ?? ""):\(port["target"]?.integer ?? 0)"
    }
    #expect(ports == unit["PublishPort"] ?? [])
  }

  @Test(.needs(.tool("docker-compose")))
  func `what only Compose writes is as it is meant`() throws {
    let services = try services()
    let devices = { (name: String) in
      services[name]?["deploy"]?["resources"]?["reservations"]?["devices"]?[0]
    }
    #expect(devices("nvidia")?["device_ids"].texts == ["0", "GPU-1"])
    #expect(devices("waits")?["count"]?.integer == -1, "all of them")
    #expect(devices("cpu") == nil)
    #expect(
      services["amd"]?["devices"]?.list?.compactMap { $0["source"]?.text }
        == ["/dev/kfd", "/dev/dri"])
    #expect(services["nvidia"]?["mem_limit"]?.text == String(20 << 30))
    #expect(services["nvidia"]?["cpus"]?.integer == 6)
    #expect(services["waits"]?["profiles"].texts == ["waits"])
    #expect(services["waits"]?["restart"]?.text == "on-failure")
    #expect(services["amd-model"]?["restart"]?.text == "on-failure:60")
    #expect(services["amd-model"]?["depends_on"]?["amd"]?["condition"]?.text == "service_started")
    #expect(services["cpu"]?["labels"]?["ai-models.description"]?.text == "Costs $$5 a day")
  }

  @Test func `a switch needs a target that it can apply`() throws {
    let workspace = folder.file("w")
    try FileManager.default.copyItem(
      at: Repository.file("Tests/Corpus/accepted-workspaces/targets"), to: workspace)
    let file = workspace.appendingPathComponent("instances.yaml")
    let text = try String(decoding: Data(contentsOf: file), as: UTF8.self)
      .replacing("  local: {kind: podman}\n", with: "")
    try Data(text.utf8).write(to: file)
    let refused = try Program.amm(
      "switch", "cpu", "lab/custom", "--apply", "quadlet", "--workspace", workspace.path)
    #expect(refused.status == 3)
    #expect(refused.errors.contains("needs one of the kind 'podman'"), "\(refused.errors)")
    let missing = try Program.amm(
      "generate", "--target", "nix", "--workspace", workspace.path)
    #expect(missing.status == 1)
    #expect(missing.errors.contains("no target of the workspace writes 'nix'"))
    let plain = try Program.amm(
      "switch", "cpu", "lab/custom", "--no-apply", "--workspace", workspace.path,
      environment: ["HOME": folder.url.path])
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(
      FileManager.default.fileExists(
        atPath: workspace.appendingPathComponent("generated/stack/compose.yaml").path))
  }
}

extension JSONValue? {
  /// Texts as Compose means them: it prints each dollar twice.
  fileprivate var texts: [String] {
    (self?.list ?? []).compactMap { $0.text?.replacing("$$", with: "$") }
  }

  fileprivate var variables: [String: String] {
    guard case .object(let members)? = self else { return [:] }
    return members.compactMapValues { $0.text?.replacing("$$", with: "$") }
  }
}

extension JSONValue {
  /// Source, target and whether it is read-only.
  fileprivate var mount: [String] {
    let source = self["source"]?.text ?? ""
    let home = source.firstRange(of: "/home/models")
    return [
      home.map { "%h/models" + source[$0.upperBound...] } ?? source,
      self["target"]?.text ?? "", self["read_only"]?.boolean == true ? "ro" : "",
      self["bind"]?["selinux"]?.text ?? "",
    ]
  }
}

extension String {
  fileprivate func value(of option: String) -> String? {
    hasPrefix(option + "=") ? String(dropFirst(option.count + 1)) : nil
  }

  fileprivate var mount: [String] {
    let parts = split(separator: ":").map(String.init)
    let options = parts.count > 2 ? parts[2].split(separator: ",").map(String.init) : []
    let source = parts[0].hasSuffix(".volume") ? String(parts[0].dropLast(7)) : parts[0]
    return [
      source, parts[1], options.contains("ro") ? "ro" : "",
      options.first { $0 == "z" || $0 == "Z" } ?? "",
    ]
  }
}
