import Foundation
import TestSupport
import Testing

/// The shipped profiles, one instance a profile, through the real programs.
struct LibraryTests {
  static let profiles: [String] =
    (try? Repository.files(in: "profiles", ending: ".yaml").map {
      String($0.path.dropFirst(Repository.file("profiles").path.count + 1).dropLast(5))
    }) ?? []

  /// A workspace that serves every profile, written for a Podman release.
  static func workspace(podman: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var instances = "version: 1\ndefaults:\n  podman: \"\(podman)\"\n  token: {secret: hf-token}\n"
    instances += "instances:\n"
    for (index, id) in profiles.enumerated() {
      let name = id.replacing("/", with: "-").replacing(".", with: "-")
      instances += "  \(name): {port: \(20000 + index)}\n"
      try folder.link("active/\(name).yaml", to: "../profiles/\(id).yaml")
    }
    try folder.write(instances, to: "instances.yaml")
    try FileManager.default.copyItem(
      at: Repository.file("profiles"), to: folder.file("profiles"))
    let result = try Program.amm("generate", "--workspace", folder.url.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    return folder
  }

  @Test func `the library is complete and silent`() throws {
    #expect(Self.profiles.count >= 12)
    let result = try Program.amm("validate", "--strict", Repository.file("profiles").path)
    #expect(result.status == 0)
    #expect(result.errors == "")
  }

  @Test func `its files are the golden ones`() throws {
    let folder = try Self.workspace(podman: "4.9")
    let files = try FileManager.default.subpathsOfDirectory(
      atPath: folder.file("generated").path
    ).sorted().filter { $0.hasSuffix(".nix") || $0.hasPrefix("quadlet/") }
    for file in files {
      let difference = try Golden.difference(
        of: folder.read("generated/" + file),
        from: Repository.file("Tests/Golden/library/" + file))
      #expect(difference == nil)
    }
    let golden = try FileManager.default.subpathsOfDirectory(
      atPath: Repository.file("Tests/Golden/library").path
    ).sorted().filter { $0.contains(".") }
    #expect(golden == files)
  }

  @Test(
    .enabled(if: Program.tool("quadlet") != nil, "run by 'make test'"),
    arguments: ["4.9", "5.0", "5.4"])
  func `the real generator accepts every file and passes every word on`(podman: String) throws {
    let quadlet = try #require(Program.tool("quadlet"))
    let folder = try Self.workspace(podman: podman)
    let result = try Program.run(
      quadlet, ["-dryrun", "-user"],
      environment: ["QUADLET_UNIT_DIRS": folder.file("generated/quadlet").path])
    #expect(result.status == 0)
    let complaints = result.errors.split(separator: "\n").filter {
      !$0.contains("Loading source unit")
    }
    #expect(complaints.isEmpty, "\(complaints)")
    let services = Services(result.output)
    for id in Self.profiles {
      let name = id.replacing("/", with: "-").replacing(".", with: "-")
      let info = try Program.amm("info", name, "--json", "--workspace", folder.url.path)
      let json = try #require(
        JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [String: Any])
      let words = try #require(services.words(of: name))
      // Order is random from Podman 5.3 on: compare as sets of pairs.
      for (variable, value) in try #require(json["environment"] as? [String: String]) {
        #expect(words.contains(pair: "--env", "\(variable)=\(value)"), "\(name): \(variable)")
      }
      #expect(words.contains(try #require(json["image"] as? String)))
      #expect(words.contains(pair: "--name", name))
      let port = try #require(json["port"] as? Int)
      let inner = try #require(json["containerPort"] as? Int)
      #expect(words.contains(pair: "--publish", "127.0.0.1:\(port):\(inner)"))
      #expect(words.contains(pair: "--cap-drop", "all"))
      #expect(words.contains("--security-opt=no-new-privileges"))
      #expect(words.contains(pair: "--device", "nvidia.com/gpu=all"))
      if json["runtime"] as? String == "ollama" {
        let task = try #require(services.words(of: name + "-model"))
        #expect(task.contains(pair: "--env", "OLLAMA_HOST=http://\(name):11434"))
        #expect(Array(task.suffix(2)).first == "-c")
      }
    }
  }

  @Test(.enabled(if: Program.tool("nix-instantiate") != nil, "run by 'make test'"))
  func `Nix reads the deployment that amm prints`() throws {
    let nix = try #require(Program.tool("nix-instantiate"))
    let folder = try Self.workspace(podman: "5.4")
    let evaluated = try Program.run(
      nix, ["--eval", "--strict", "--json", folder.file("generated/instances.nix").path])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let printed = try Program.amm("info", "--json", "--workspace", folder.url.path)
    let left = try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? NSArray
    let right = try JSONSerialization.jsonObject(with: Data(printed.output.utf8)) as? NSArray
    #expect(left != nil && left == right)
  }
}

extension [String] {
  fileprivate func contains(pair option: String, _ value: String) -> Bool {
    zip(self, dropFirst()).contains { $0 == option && $1 == value }
      || contains("\(option)=\(value)")
  }
}
