import Foundation
import Profiles
import TestSupport
import Testing

/// Profiles that stand for all, one instance a profile, through the real programs.
enum ProfileSet: String, CaseIterable {
  /// Those that come with amm.
  case library
  /// One for each runtime, with every option that it has.
  case runtimes

  /// The GPUs of an instance: as many as its profile has shards.
  func gpus(of index: Int) -> [Int] {
    self == .library ? [index] : [2 * index, 2 * index + 1]
  }

  /// Each one's path below the workspace's profiles, without ending, and its file.
  var profiles: [(id: String, file: URL)] {
    switch self {
    case .library:
      let root = Repository.file("profiles").path
      return ((try? Repository.files(in: "profiles", ending: ".yaml")) ?? []).map {
        (String($0.path.dropFirst(root.count + 1).dropLast(5)), $0)
      }
    case .runtimes:
      return
        ((try? Repository.files(in: "Tests/Corpus/accepted", ending: "-everything.yaml")) ?? [])
        .map { (String($0.lastPathComponent.dropLast("-everything.yaml".count)), $0) }
    }
  }
}

/// The shipped profiles and those with every option, through the real programs.
struct LibraryTests {
  /// A workspace that serves every profile, written for a Podman release.
  static func workspace(
    podman: String, _ set: ProfileSet = .library
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var instances = "version: 1\ndefaults:\n  podman: \"\(podman)\"\n  token: {secret: hf-token}\n"
    instances += "instances:\n"
    for (index, profile) in set.profiles.enumerated() {
      let id = profile.id
      let name = id.replacing("/", with: "-").replacing(".", with: "-")
      // GPUs of its own for each: two instances on one are a warning of its own.
      let gpus = set.gpus(of: index).map { "nvidia.com/gpu=\($0)" }.joined(separator: ", ")
      instances += "  \(name): {port: \(20000 + index), gpus: [\(gpus)]}\n"
      try folder.link("active/\(name).yaml", to: "../profiles/\(id).yaml")
      try folder.write(
        String(decoding: Data(contentsOf: profile.file), as: UTF8.self),
        to: "profiles/\(id).yaml")
    }
    try folder.write(instances, to: "instances.yaml")
    let result = try Program.amm("generate", "--workspace", folder.url.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    return folder
  }

  @Test func `the library is complete and silent`() throws {
    #expect(ProfileSet.library.profiles.count >= 14)
    let result = try Program.amm("validate", "--strict", Repository.file("profiles").path)
    #expect(result.status == 0)
    #expect(result.errors == "")
  }

  @Test func `every runtime has a profile with all of its options`() {
    let shown = ProfileSet.runtimes.profiles.map(\.id)
    #expect(Set(shown) == Set(Runtimes.names))
  }

  @Test(arguments: ProfileSet.allCases)
  func `the files are the golden ones`(set: ProfileSet) throws {
    let folder = try Self.workspace(podman: "4.9", set)
    let files = try FileManager.default.subpathsOfDirectory(
      atPath: folder.file("generated").path
    ).sorted().filter { $0.hasSuffix(".nix") || $0.hasPrefix("quadlet/") }
    for file in files {
      let difference = try Golden.difference(
        of: folder.read("generated/" + file),
        from: Repository.file("Tests/Golden/\(set.rawValue)/" + file))
      #expect(difference == nil)
    }
    let golden = try FileManager.default.subpathsOfDirectory(
      atPath: Repository.file("Tests/Golden/\(set.rawValue)").path
    ).sorted().filter { $0.contains(".") }
    #expect(golden == files)
  }

  @Test(
    .enabled(if: Program.tool("quadlet") != nil, "run by 'make test'"),
    arguments: ["4.9", "5.0", "5.4"], ProfileSet.allCases)
  func `the real generator accepts every file and passes every word on`(
    podman: String, set: ProfileSet
  ) throws {
    let quadlet = try #require(Program.tool("quadlet"))
    let folder = try Self.workspace(podman: podman, set)
    let result = try Program.run(
      quadlet, ["-dryrun", "-user"],
      environment: ["QUADLET_UNIT_DIRS": folder.file("generated/quadlet").path])
    #expect(result.status == 0)
    let complaints = result.errors.split(separator: "\n").filter {
      !$0.contains("Loading source unit")
    }
    #expect(complaints.isEmpty, "\(complaints)")
    let services = Services(result.output)
    for (index, profile) in set.profiles.enumerated() {
      let name = profile.id.replacing("/", with: "-").replacing(".", with: "-")
      let info = try Program.amm("info", name, "--json", "--workspace", folder.url.path)
      let json = try #require(
        JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [String: Any])
      let words = try #require(services.words(of: name))
      // Order is random from Podman 5.3 on: compare as sets of pairs.
      for (variable, value) in try #require(json["environment"] as? [String: String]) {
        #expect(words.contains(pair: "--env", "\(variable)=\(value)"), "\(name): \(variable)")
      }
      let reference = try #require(json["image"] as? String)
      let image = try #require(words.firstIndex(of: reference))
      // What follows the image is the server's command line, word for word.
      #expect(Array(words[(image + 1)...]) == (json["arguments"] as? [String] ?? []), "\(name)")
      #expect(words.contains(pair: "--name", name))
      let port = try #require(json["port"] as? Int)
      let inner = try #require(json["containerPort"] as? Int)
      #expect(words.contains(pair: "--publish", "127.0.0.1:\(port):\(inner)"))
      #expect(words.contains(pair: "--cap-drop", "all"))
      #expect(words.contains("--security-opt=no-new-privileges"))
      for gpu in set.gpus(of: index) {
        #expect(words.contains(pair: "--device", "nvidia.com/gpu=\(gpu)"))
      }
      if json["runtime"] as? String == "ollama" {
        let task = try #require(services.words(of: name + "-model"))
        #expect(task.contains(pair: "--env", "OLLAMA_HOST=http://\(name):11434"))
        #expect(Array(task.suffix(2)).first == "-c")
      }
    }
  }

  @Test(
    .enabled(if: Program.tool("nix-instantiate") != nil, "run by 'make test'"),
    arguments: ProfileSet.allCases)
  func `Nix reads the deployment that amm prints`(set: ProfileSet) throws {
    let nix = try #require(Program.tool("nix-instantiate"))
    let folder = try Self.workspace(podman: "5.4", set)
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
