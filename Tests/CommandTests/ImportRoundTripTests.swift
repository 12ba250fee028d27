import Foundation
import TestSupport
import Testing

/// What amm generates as quadlet files, imported again: the same servers, without a warning.
struct ImportRoundTripTests {
  /// Settings of an instance, as they are written on one line.
  struct Variant: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let settings: String
    /// A part of the names of the profiles; nil for all profiles of the library.
    var only: [String]?
    /// The servers that are compared at least; the others refuse the settings.
    let least: Int
  }

  private static let two = ["qwen3.5-9b-vllm", "bge-m3"]

  static let variants: [Variant] = [
    Variant(testDescription: "NVIDIA", settings: "gpus: [nvidia]", least: 40),
    Variant(testDescription: "AMD", settings: "gpus: [amd]", least: 30),
    Variant(testDescription: "without a GPU", settings: "gpus: []", least: 30),
    Variant(
      testDescription: "many settings",
      settings: """
        gpus: ["nvidia.com/gpu=0", "nvidia.com/gpu=1"], token: hf-token, api_key: key, \
        bind: "0.0.0.0", limits: {ram: 32GB, cpu_cores: 6}, shm_size: 3GB, \
        environment: {A_B: "x y", PERCENT: "50%", DOLLAR: "a$b${c}", QUOTE: "a\\"b'c", \
        LINES: "a\\tb\\nc", EQUAL: "a=b;c | d", EMPTY: ""}, \
        volumes: ["~/data:/data:ro", "scratch:/scratch"], extra_ports: ["9NNN:9100"], \
        labels: {a: "b c", rule: "Host(`a`) && x"}, ulimits: {memlock: unlimited, nofile: 4096}, \
        read_only: true, start: manual, start_timeout: 900, on_unhealthy: restart, \
        description: "It is 100% mine", log_driver: journald, secrets: {EXTRA: own}
        """, least: 30),
    Variant(
      testDescription: "Podman 5.5 and its keys",
      settings: """
        podman: "5.5", limits: {ram: 8GB, cpu_cores: 3}, wait_for_network: false, keep_groups: true, \
        quadlet: {Container: {AddHost: "a:10.0.0.1", DNS: [1.1.1.1, 1.0.0.1], Timezone: local, \
        Tmpfs: "/scratch:size=1g", Mask: "/x y"}, Service: {Nice: 5, Slice: ai.slice}, \
        Unit: {After: x.service}}
        """, only: two, least: 2),
    Variant(
      testDescription: "caches of its own",
      settings: "cache: own, compile_cache: false, init: false",
      only: two, least: 2),
    Variant(
      testDescription: "a folder, and the machine's memory",
      settings: "cache: \"~/hub\", ipc: host, auto_update: registry, bind: \"::1\"",
      only: ["qwen3.5-9b-vllm"],
      least: 1),
    Variant(testDescription: "SELinux, shared", settings: "selinux: shared", only: two, least: 2),
    Variant(
      testDescription: "SELinux, off", settings: "selinux: off, gpus: []", only: ["qwen3-4b"],
      least: 1),
    Variant(
      testDescription: "one AMD GPU", settings: "gpus: [\"amd=renderD128\"]",
      only: ["qwen3.5-9b-vllm"], least: 1),
    Variant(
      testDescription: "Intel", settings: "gpus: [intel]", only: ["qwen3.5-9b-vllm", "qwen3-4b"],
      least: 2),
    Variant(testDescription: "on demand", settings: "start: on-demand", only: two, least: 2),
    Variant(
      testDescription: "on demand, with its own settings",
      settings: "start: on-demand, stop_after_idle: 5m, backend_port: 7NNN, start_timeout: 600",
      only: two, least: 2),
    Variant(
      testDescription: "Vulkan", settings: "gpus: [vulkan]", only: ["qwen3-4b"], least: 1),
  ]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func amm(_ words: String...) throws -> Finished {
    try Program.amm(words, in: folder.url, environment: ["HOME": "/home/me", "AMM_WORKSPACE": ""])
  }

  /// A profile of the library: its path below the folder, and the name of its instance.
  private struct Profile {
    let path: String
    let instance: String
  }

  private static func profiles(of variant: Variant) throws -> [Profile] {
    let library = Repository.file("profiles")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: library.path)
    return try paths.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { path in
      let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      let text = try String(contentsOf: library.appendingPathComponent(path), encoding: .utf8)
      // The server of Ollama names no model: the task next to it does.
      guard !text.contains("runtime: ollama"), variant.only?.contains(stem) ?? true else {
        return nil
      }
      return Profile(path: path, instance: stem.replacing(".", with: "-"))
    }
  }

  /// Writes a workspace with an instance for each profile, and leaves out those that refuse the settings.
  private func generate(_ variant: Variant) throws -> [Profile] {
    var profiles = try Self.profiles(of: variant)
    let files = FileManager.default
    try files.createDirectory(at: folder.file("w"), withIntermediateDirectories: true)
    try files.copyItem(at: Repository.file("profiles"), to: folder.file("w/profiles"))
    for _ in 0..<4 {
      try? files.removeItem(at: folder.file("w/active"))
      try files.createDirectory(at: folder.file("w/active"), withIntermediateDirectories: true)
      var text = "version: 1\ninstances:\n"
      for (number, profile) in profiles.enumerated() {
        let settings = variant.settings.replacing("NNN", with: String(100 + number))
        text += "  \(profile.instance): {port: \(8100 + number), \(settings)}\n"
        try files.createSymbolicLink(
          atPath: folder.file("w/active/\(profile.instance).yaml").path,
          withDestinationPath: "../profiles/\(profile.path)")
      }
      try folder.write(text, to: "w/instances.yaml")
      let result = try amm("generate", "--workspace", "w")
      if result.status == 0 { return profiles }
      let lines = result.errors.split(separator: "\n").filter { $0.contains(": error: ") }
      profiles = profiles.enumerated().filter { index, profile in
        !lines.contains {
          $0.contains("instances.yaml:\(index + 3):") || $0.contains(profile.path + ":")
        }
      }.map(\.element)
    }
    Issue.record("no workspace of '\(variant.testDescription)' is valid")
    return []
  }

  /// Returns the lines of a unit without comments, which name the profile.
  ///
  /// A server of llama.cpp also has the name of its profile, which an import names after the container.
  private func lines(of unit: String, _ profile: Profile) throws -> [String] {
    try folder.read("\(unit)/generated/quadlet/\(profile.instance).container")
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .filter { !$0.hasPrefix("#") }
      .map { $0.replacing("--alias \(profile.instance),", with: "--alias ") }
  }

  @Test(arguments: variants)
  func `what is generated is imported as the same servers`(variant: Variant) throws {
    let profiles = try generate(variant)
    #expect(profiles.count >= variant.least)
    for profile in profiles {
      let result = try amm(
        "import", "w/generated/quadlet/\(profile.instance).container", "--into", "again")
      #expect(result.status == 0 && result.errors.isEmpty, "\(profile.path): \(result.errors)")
      let isComplete = result.output.contains("0 dropped and 0 not understood")
      #expect(isComplete, "\(profile.path): \(result.output)")
    }
    let result = try amm("generate", "--workspace", "again")
    #expect(result.status == 0, "\(result.errors)")
    for profile in profiles {
      let (before, after) = try (lines(of: "w", profile), lines(of: "again", profile))
      let differences = before.difference(from: after).map { "\($0)" }
      #expect(differences.isEmpty, "\(profile.path): \(differences)")
    }
  }

  /// Ways to set the context of llama.cpp, and the number of its slots, which share it.
  static let contexts: [(context: String, slots: String, unified: String, words: String)] = [
    ("8192", "4", "", "--ctx-size 32768"), ("8192", "4", "true", "--ctx-size 8192"),
    ("8192", "4", "false", "--ctx-size 32768"), ("8192", "1", "", "--ctx-size 8192"),
    ("8192", "", "", "--ctx-size 8192"), ("8192", "", "true", "--ctx-size 8192"),
    ("0", "4", "", "--ctx-size 0"), ("5000", "3", "", "--ctx-size 15000"),
    ("", "4", "", "--parallel 4"), ("", "", "false", "--no-kv-unified"),
  ]

  @Test(arguments: contexts)
  func `a context that slots share is imported as the same`(
    context: String, slots: String, unified: String, words: String
  ) throws {
    var text = "name: chat\nsource: {type: local, path: /srv/models/a.gguf}\n"
    text += "container: {runtime: llama-cpp}\n"
    if !context.isEmpty { text += "parameters: {context_length: \(context)}\n" }
    if !slots.isEmpty { text += "performance: {max_batch_size: \(slots)}\n" }
    if !unified.isEmpty { text += "llama_cpp: {kv_unified: \(unified)}\n" }
    try folder.write(text, to: "w/profiles/chat.yaml")
    try folder.write("version: 1\ninstances:\n  chat: {port: 8100}\n", to: "w/instances.yaml")
    try FileManager.default.createDirectory(
      at: folder.file("w/active"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("w/active/chat.yaml").path,
      withDestinationPath: "../profiles/chat.yaml")
    let unit = "generated/quadlet/chat.container"
    let made = try amm("generate", "--workspace", "w")
    #expect(made.status == 0, "\(made.errors)")
    let imported = try amm("import", "w/\(unit)", "--into", "again")
    #expect(imported.status == 0, "\(imported.errors)")
    let again = try amm("generate", "--workspace", "again")
    #expect(again.status == 0, "\(again.errors)")
    func command(_ workspace: String) throws -> Set<String> {
      let lines = try folder.read("\(workspace)/\(unit)").split(separator: "\n")
      let line = lines.first { $0.hasPrefix("Exec=") } ?? ""
      return Set(line.split(separator: "--").map { "--" + $0.trimmingCharacters(in: .whitespaces) })
    }
    #expect(try command("w") == command("again"))
    #expect(try command("w").contains(words))
  }
}
