import Deployments
import Foundation
import TestSupport
import Testing
import Values

@testable import Targets

/// Hostile texts, read back from the files by the programs that clusters are run with.
extension KubernetesTests {
  /// Parts of texts that YAML or Kubernetes could read as something else.
  ///
  /// U+007F to U+009F are not among them: kubectl writes them without an escape and then refuses
  /// them, and no text of a workspace may contain them (`ScalarTypes`).
  private static let parts = [
    "$", "$$", "$(", ")", "$(PATH)", "$(A)", "${A}", "`", "\"", "'", "\\", "\n", "\t", "\u{1}",
    "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{1F600}", "é", "e\u{301}", ": ", " #", "- ",
    "---", "...",
    "!!", "&a", "*a", "|", ">", "%", "@", "yes", "null", "1e3", "0x1", "~", "{", "}", "[", "]", ",",
    " ", "x",
  ]

  // `AMM_EXHAUSTIVE` reads ten thousand of them. kubectl needs long for many objects in one folder,
  // so each part is a folder of its own.
  @Test(
    .needs(.python), .needs(.tool("kubectl")), .needs(.tool("kubectl-new")),
    arguments: 0..<(Sampling.isExhaustive ? 20 : 1))
  func `hostile texts are read back as they are`(part: Int) throws {
    var random = SplitMix(state: UInt64(23 + part))
    var workloads: [Workload] = []
    var expected: [Value.Member] = []
    func text() -> String {
      (0..<Int.random(in: 1...8, using: &random)).map { _ in
        Self.parts.randomElement(using: &random) ?? ""
      }.joined()
    }
    for number in 0..<500 {
      var words: [String] = []
      var variables: [Value.Member] = []
      let workload = try Self.workload("m\(number)") { server in
        server.arguments = (0..<3).compactMap { _ in Argument(text()) }
        words = server.arguments.map(\.text)
        for name in ["A", "B", "PATH"] {
          let name = try #require(EnvironmentVariable.Name(name))
          guard let variable = EnvironmentVariable(name, text()) else { continue }
          server.environment.append(variable)
          variables.append(.init(name.text, .text(variable.value)))
        }
        server.description = PlainText(text()) ?? server.description
      }
      workloads.append(workload)
      expected.append(
        .init("m\(number)", .set(["variables": .set(variables), "words": .texts(words)])))
    }
    let target = Self.target()
    let deployment = Deployment(network: try Self.name("lab"), workloads: workloads)
    #expect(target.objections(to: deployment).isEmpty)
    let folder = try TemporaryFolder()
    let files = target.render(deployment, as: Kubernetes.objects)
      .filter { $0.path.hasPrefix("objects/") }
    try folder.write(files.map(\.text).joined(separator: "---\n"), to: "all.yaml")
    try folder.write(JSON.text(.set(expected)), to: "texts.json")
    try folder.write("resources: [all.yaml]\n", to: "kustomization.yaml")
    var read = [folder.file("all.yaml").path]
    for name in ["kubectl", "kubectl-new"] {
      let built = try Program.run(
        try #require(Program.tool(name)), ["kustomize", folder.url.path],
        environment: ["HOME": folder.url.path])
      #expect(built.status == 0, "\(name): \(built.errors)")
      try folder.write(built.output, to: "\(name).yaml")
      read.append(folder.file("\(name).yaml").path)
    }
    let result = try Program.run(
      try #require(Program.python),
      [
        Repository.file("Tests/Kubernetes/reader").path, "--expect",
        folder.file("texts.json").path,
      ] + read)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}

/// The same numbers in each run (Steele, Lea, Flood: Fast splittable pseudorandom number generators).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
