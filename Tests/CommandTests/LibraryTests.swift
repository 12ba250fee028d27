import Diagnostics
import Foundation
import Profiles
import Schema
import TestSupport
import Testing
import YAML

/// Profiles that stand for all, one instance a profile, through the real programs.
enum ProfileSet: String, CaseIterable {
  /// Those that come with amm.
  case library
  /// One for each runtime, with every option that it has.
  case runtimes

  /// The GPUs of an instance: as many as its profile has shards, stages and copies.
  func gpus(of index: Int) -> [Int] {
    let count = self == .library ? profiles[index].shards : 8
    return Array(8 * index..<8 * index + count)
  }

  /// A profile by its path below the workspace's profiles, without ending.
  struct Member {
    let id: String
    let text: String
    /// The runtime that a file of ``runtimes`` is for.
    var runtime: String { id.split(separator: "-else").first.map(String.init) ?? id }
    /// The GPUs that one of the library is split over.
    var shards: Int {
      text.firstMatch(of: /tensor_parallel_size: ([0-9]+)/).flatMap { Int($0.1) } ?? 1
    }
  }

  /// Its profiles; options that exclude each other stand in `NAME-everything` and `NAME-everything-else`.
  var profiles: [Member] {
    let (folder, pattern) =
      self == .library
      ? ("profiles", "") : ("Tests/Corpus/accepted", "-everything")
    let root = Repository.file(folder).path
    let files = (try? Repository.files(in: folder, ending: ".yaml")) ?? []
    return files.filter { pattern.isEmpty || $0.path.contains(pattern) }.compactMap { file in
      guard let data = try? Data(contentsOf: file) else { return nil }
      let id = String(file.path.dropFirst(root.count + 1).dropLast(5))
      return Member(
        id: id.replacing(pattern, with: ""), text: String(decoding: data, as: UTF8.self))
    }
  }
}

extension FieldUse {
  fileprivate var option: LaunchOption? {
    if case .sets(let option) = self { option } else { nil }
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
      try folder.write(profile.text, to: "profiles/\(id).yaml")
    }
    try folder.write(instances, to: "instances.yaml")
    let result = try Program.amm("generate", "--workspace", folder.url.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    return folder
  }

  @Test func `the library is complete and silent`() throws {
    #expect(ProfileSet.library.profiles.count >= 45)
    let result = try Program.amm("validate", "--strict", Repository.file("profiles").path)
    #expect(result.status == 0)
    #expect(result.errors == "")
  }

  /// Held against the tables, so that no option misses the real generator and Nix.
  @Test func `every runtime has profiles with all of its options`() throws {
    func options<Own: Runtime>(of runtime: Own.Type) -> [String] {
      Own.Options.fields.all.map(\.key)
    }
    for runtime in Runtimes.all {
      let profiles = try ProfileSet.runtimes.profiles.filter { $0.runtime == runtime.name }
        .map { try #require(Profile.read(SourceFile(path: $0.id, text: $0.text)).value) }
      let written = ProfileSet.runtimes.profiles.filter { $0.runtime == runtime.name }.flatMap {
        let root = Composer.compose(SourceFile(path: $0.id, text: $0.text)).value?.entries
        return root?.first { $0.key == runtime.sectionKey }?.value.entries?.map(\.key) ?? []
      }
      let missing = Set(options(of: runtime)).subtracting(written)
      #expect(missing.isEmpty, "\(runtime.name) lacks \(missing.sorted())")
      // Some common settings go where one of the runtime's own goes, or another common one.
      let taken = profiles.flatMap { profile in
        profile.settings.own.map(\.option)
          + profile.settings.common.compactMap { runtime.use(of: $0.field).option }
      }
      for field in CommonField.allCases {
        guard let option = runtime.use(of: field).option else { continue }
        #expect(taken.contains(option), "\(runtime.name) lacks \(field.rawValue)")
      }
    }
    #expect(Set(ProfileSet.runtimes.profiles.map(\.runtime)) == Set(Runtimes.names))
  }

  @Test(arguments: ProfileSet.allCases)
  func `the files are the golden ones`(set: ProfileSet) throws {
    let folder = try Self.workspace(podman: "4.9", set)
    let differences = try Golden.differences(
      of: folder.file("generated"), from: Repository.file("Tests/Golden/\(set.rawValue)"))
    #expect(differences == [])
  }

  @Test(
    .needs(.tool("quadlet")),
    arguments: ["4.9", "5.0", "5.4"], ProfileSet.allCases)
  func `the real generator accepts every file and passes every word on`(
    podman: String, set: ProfileSet
  ) throws {
    let folder = try Self.workspace(podman: podman, set)
    let (services, _) = try Services.made(
      of: folder.file("generated/quadlet"), by: try #require(Program.tool("quadlet")))
    let info = try Program.amm("info", "--json", "--workspace", folder.url.path)
    let all = try info.objects("instances")
    for (index, profile) in set.profiles.enumerated() {
      let name = profile.id.replacing("/", with: "-").replacing(".", with: "-")
      let json = try #require(all.first { $0["name"] as? String == name })
      let words = try #require(services.words(of: name))
      // Order is random from Podman 5.3 on: compare as sets of pairs.
      let server = try #require(json["server"] as? [String: Any])
      for (variable, value) in try #require(server["environment"] as? [String: String]) {
        #expect(words.contains(pair: "--env", "\(variable)=\(value)"), "\(name): \(variable)")
      }
      let reference = try #require(server["image"] as? String)
      let image = try #require(words.firstIndex(of: reference))
      // What follows the image is the server's command line, word for word.
      #expect(Array(words[(image + 1)...]) == (server["arguments"] as? [String] ?? []), "\(name)")
      #expect(words.contains(pair: "--name", name))
      let port = try #require(json["port"] as? Int)
      let inner = try #require(server["port"] as? Int)
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
    .needs(.tool("nix-instantiate")),
    arguments: ProfileSet.allCases)
  func `Nix reads the deployment that amm prints`(set: ProfileSet) throws {
    let nix = try #require(Program.tool("nix-instantiate"))
    let folder = try Self.workspace(podman: "5.4", set)
    let evaluated = try Program.run(
      nix, ["--eval", "--strict", "--json", folder.file("generated/instances.nix").path])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let printed = try Program.amm("info", "--json", "--workspace", folder.url.path)
    let nixes = try #require(
      JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [[String: Any]])
    let ours = try printed.objects("instances")
    try #require(nixes.count == ours.count && ours.count == set.profiles.count)
    for (nix, own) in zip(nixes, ours) {
      let server = try #require(own["server"] as? [String: Any])
      for key in ["name", "description", "profile", "runtime", "model", "bind"] {
        #expect(nix[key] as? String == own[key] as? String && own[key] != nil, "\(key)")
      }
      #expect(nix["port"] as? Int == own["port"] as? Int && own["port"] != nil)
      #expect(nix["endpoint"] as? String == own["url"] as? String && own["url"] != nil)
      #expect(nix["image"] as? String == server["image"] as? String && server["image"] != nil)
      #expect(nix["arguments"] as? [String] == server["arguments"] as? [String])
      #expect(
        nix["environment"] as? [String: String] == server["environment"] as? [String: String])
    }
  }
}
