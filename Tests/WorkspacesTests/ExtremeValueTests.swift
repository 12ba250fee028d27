import Deployments
import Diagnostics
import Foundation
import Profiles
import Schema
import Targets
import TestSupport
import Testing
import Values
import Workspaces
import YAML

/// Every field's outermost values, alone and in pairs, all the way to rendered files.
///
/// No signal ends the process, and what a check calls right is generated. All pairs are tried with
/// `make exhaustive`; otherwise, every so many.
struct ExtremeValueTests {
  /// What an `instances.yaml` says beside its instances, and how many of those there are.
  private static let surroundings: [(text: String, count: Int)] = [
    ("", 1),
    ("host: {ram: 16GB, cpu_cores: 8, gpus: [{device: nvidia.com/gpu=0, memory: 24GB}]}\n", 3),
    (
      "host: {ram: 8192TB, gpus: ["
        + (0..<11).map { "{device: nvidia.com/gpu=\($0), memory: 8192TB}" }.joined(separator: ", ")
        + "]}\n", 12
    ),
  ]

  /// Takes a profile as far as it gets.
  ///
  /// - Parameter turn: Which of the surroundings; nil for all.
  /// - Returns: Whether it was generated.
  private static func run(_ text: String, _ name: String, turn: Int? = nil) -> Bool {
    CaseOfDeath.enter(name)
    guard let profile = Profile.read(SourceFile(path: "p.yaml", text: text)).value else {
      return false
    }
    let active = ActiveProfile(id: "x/extreme", profile: profile)
    var isGenerated = false
    for (index, (around, count)) in surroundings.enumerated() {
      for (place, devices) in ["[nvidia]", "[amd]", "[]"].enumerated() {
        guard turn.map({ $0 % 9 == index * 3 + place }) ?? true else { continue }
        let names = (0..<count).map { "i\($0)" }
        let instances = names.enumerated().map { "\($1): {port: \(8080 + $0)}" }
        let file = SourceFile(
          path: "instances.yaml",
          text: "version: 1\n\(around)defaults: {gpus: \(devices), podman: '5.8'}\n"
            + "instances: {\(instances.joined(separator: ", "))}\n")
        isGenerated = generate(file, names, active, name) || isGenerated
      }
    }
    return isGenerated
  }

  private static func generate(
    _ file: SourceFile, _ names: [String], _ active: ActiveProfile, _ name: String
  ) -> Bool {
    let links = names.map {
      ActiveLink(instance: $0, path: "active/\($0).yaml", state: .profile(active.id, active))
    }
    let location = WorkspaceLocation(activeFolder: "active", folder: "/home/me/w", home: "/home/me")
    let outcome = Composer.compose(file).then {
      Workspace.read($0, from: file, links: links, location: location)
    }
    guard let workspace = outcome.value else { return false }
    let deployment = workspace.deployment
    #expect(deployment.workloads.count == names.count, "an instance is lost: \(name)")
    // All serve one profile: what is rendered of one is what is rendered of each.
    let one = Deployment(
      network: deployment.network, workloads: Array(deployment.workloads.prefix(1)))
    let tree = TargetTree(
      workspace.targets.entries.map { entry in
        TargetEntry(name: entry.name, target: entry.target, deployment: one)
      })
    let files = tree.files(as: tree.formats)
    #expect(files.count > 1, "a file is lost: \(name)")
    return true
  }

  @Test func `every field has a value that its reader takes`() {
    for subject in ExtremeSubject.all {
      // The model is named in one way by each kind of source.
      for leaf in subject.fields where leaf.path[0] != "source" {
        let isTaken = !leaf.values.isEmpty
        #expect(isTaken || Self.isRefused(leaf, by: subject), "\(subject.runtime): \(leaf.name)")
      }
    }
  }

  /// Whether it is a runtime's own word against a setting that leaves it without a value.
  private static func isRefused(_ leaf: ExtremeSubject.Field, by subject: ExtremeSubject) -> Bool {
    ["parameters", "performance"].contains(leaf.path[0])
  }

  @Test func `each value alone ends in files or in a message`() {
    for subject in ExtremeSubject.all {
      var generated = 0
      var tried = 0
      for (place, leaf) in subject.fields.enumerated() {
        // One of eleven; "make exhaustive" tries all.
        for (index, value) in leaf.values.enumerated()
        where (index + place).isMultiple(of: Sampling.every(11)) {
          let text = JSON.line(subject.base.setting(leaf.path, to: value))
          let name = "\(subject.runtime): \(leaf.name): \(text.prefix(2000))"
          tried += 1
          // Long ones take turns.
          let turn = text.utf8.count > 5000 && !Sampling.isExhaustive ? tried : nil
          if Self.run(text, name, turn: turn) { generated += 1 }
        }
      }
      #expect(generated > 3, "\(subject.runtime): only \(generated) of its extremes are generated")
    }
  }

  /// The program itself says of them what the library says, and nothing else: each is told apart in files of
  /// its own, and all that can be served is generated and shown at once.
  @Test func `each value goes through the command line`() throws {
    for subject in ExtremeSubject.all {
      let folder = try TemporaryFolder()
      var instances = ""
      var count = 0
      let all = subject.fields.flatMap { leaf in leaf.values.map { (leaf, $0) } }
      for (index, (leaf, value)) in all.enumerated() where index.isMultiple(of: Sampling.every(61))
      {
        let text = JSON.line(subject.base.setting(leaf.path, to: value))
        try folder.write(text, to: "all/p\(index).yaml")
        let name = "\(subject.runtime): \(leaf.name): \(text.prefix(300))"
        // The first of the places: nothing is said of the host, and GPUs are NVIDIA's.
        guard Self.run(text, name, turn: 0) else { continue }
        count += 1
        try folder.write(text, to: "w/profiles/x/p\(index).yaml")
        try folder.link("w/active/i\(index).yaml", to: "../profiles/x/p\(index).yaml")
        instances += "  i\(index): {port: \(10_000 + index), cache: own}\n"
      }
      try folder.write(
        "version: 1\ndefaults: {gpus: [nvidia], podman: '5.8'}\ninstances:\n" + instances,
        to: "w/instances.yaml")
      let told = try Program.amm("validate", folder.file("all").path)
      #expect([0, 1].contains(told.status), "\(subject.runtime): \(told.status)")
      for words in [["validate"], ["generate"], ["generate", "--check"], ["info", "--json"]] {
        let result = try Program.amm(words + ["--workspace", folder.file("w").path])
        #expect(result.status == 0, "\(subject.runtime), \(words): \(result.errors.prefix(2000))")
      }
      let files = try FileManager.default.subpathsOfDirectory(
        atPath: folder.file("w/generated/quadlet").path)
      #expect(files.filter { $0.hasPrefix("i") && $0.hasSuffix(".container") }.count >= count)
      #expect(count > 0)
    }
  }

  @Test func `two values together end in files or in a message`() {
    var pairs = 0
    var tried = 0
    var generated = 0
    for subject in ExtremeSubject.all {
      let all = subject.fields.flatMap { leaf in leaf.values.map { (leaf, $0) } }
      // A prime, so that each field meets others of every kind.
      let step = Sampling.every(1499)
      for first in all.indices {
        let base = subject.base.setting(all[first].0.path, to: all[first].1)
        for second in all.indices where second > first {
          guard all[first].0.path != all[second].0.path else { continue }
          pairs += 1
          guard pairs % step == 0 else { continue }
          tried += 1
          let text = JSON.line(base.setting(all[second].0.path, to: all[second].1))
          let name =
            "\(subject.runtime): \(all[first].0.name) and \(all[second].0.name): \(text.prefix(2000))"
          if Self.run(text, name, turn: tried) { generated += 1 }
        }
      }
    }
    print("extremes: \(tried) of \(pairs) pairs tried, \(generated) of them generated")
    #expect(tried * 2 > generated && generated * 20 > tried)
  }

  @Test func `every field of instances.yaml alone and beside each other`() {
    let schema = InstancesDocument.fields.document(title: "", id: "")
    let profile = Profile.read(
      SourceFile(
        path: "p.yaml",
        text:
          "name: a\nsource: {type: huggingface, model_id: org/model}\ncontainer: {runtime: tgi}\n"
          + "resources: {ram: 8191TB, gpu_memory_min: 8191TB}\n")
    ).value
    guard let profile else { return #expect(Bool(false), "the profile is right") }
    let active = ActiveProfile(id: "x/extreme", profile: profile)
    let base: Value = .set([
      "version": 1, "instances": .set(["i0": .set(["port": 8080]), "i1": .set(["port": 8081])]),
      "companions": .set([
        "c0": .set(["kind": "custom", "image": "a/b:1", "port": 3000, "container_port": 80])
      ]),
    ])
    let settings = ExtremeValues.leaves(
      of: Self.instanceSchema(in: schema), below: ["instances", "i0"])
    let companions = ExtremeValues.leaves(
      of: schema["properties"]?["companions"]?["additionalProperties"] ?? .set([]),
      below: ["companions", "c0"])
    let leaves =
      ExtremeValues.leaves(of: schema).filter { !["instances", "companions"].contains($0.path[0]) }
      + settings + companions
    var takenByType: [String: [Value]] = [:]
    let all = leaves.flatMap { leaf in
      if let taken = takenByType[leaf.type] { return taken.map { (leaf, $0) } }
      let turn = takenByType.count
      let taken = ExtremeValues.values(of: leaf.schema).enumerated().filter { index, value in
        // Most of the time goes to long values, which one in several types also takes.
        let isLong = value.length > 10_000
        guard !isLong || (index + turn).isMultiple(of: Sampling.every(8)) else { return false }
        let text = JSON.line(base.setting(leaf.path, to: value))
        CaseOfDeath.enter("instances.yaml: \(leaf.name): \(text.prefix(2000))")
        let file = SourceFile(path: "instances.yaml", text: text)
        let collector = DiagnosticCollector(file)
        _ = Composer.compose(file).value.flatMap { InstancesDocument.read($0, collector) }
        return !collector.diagnostics.contains { $0.severity == .error }
      }.map(\.element)
      let outermost = ExtremeSubject.outermost(of: taken)
      takenByType[leaf.type] = outermost
      return outermost.map { (leaf, $0) }
    }
    #expect(Set(all.map(\.0.name)).count > 30)
    var generated = 0
    for first in stride(from: 0, to: all.count, by: Sampling.every(37)) {
      let one = base.setting(all[first].0.path, to: all[first].1)
      for second in stride(from: first, to: all.count, by: Sampling.every(997)) {
        let text = JSON.line(one.setting(all[second].0.path, to: all[second].1))
        let name = "\(all[first].0.name) and \(all[second].0.name): \(text.prefix(2000))"
        CaseOfDeath.enter(name)
        let file = SourceFile(path: "instances.yaml", text: text)
        if Self.generate(file, ["i0", "i1"], active, name) { generated += 1 }
      }
    }
    #expect(generated > 3)
  }

  /// The schema of one instance, which stands below names that the author chooses.
  private static func instanceSchema(in schema: Value) -> Value {
    schema["properties"]?["instances"]?["additionalProperties"] ?? .set([])
  }
}
