import Comparison
import Diagnostics
import Foundation
import Imports
import Profiles
import Reference
import TestSupport
import Testing

/// The examples of `docs/diagnostics.md`, tried as parts of a workspace.
struct ExampleTests {
  /// Bytes that a page cannot show, depths and sizes that it should not.
  static let untried = [
    "control-character", "file-too-large", "launch-too-long", "setting-too-long", "not-utf-8",
    "nothing-found", "stale-file", "exclusive-large", "companion-too-long", "gguf-architecture",
    "policy-within", "too-deep",
    "too-many-errors", "too-many-warnings",
  ]

  private static let tasks = TaskRules.all.map(\.code)
  private static let imports = ImportRules.all.map(\.code)

  @Test(arguments: RuleBook.all.map(\.code).filter { !(untried + tasks + imports).contains($0) })
  func `an example makes the mistake and puts it right`(code: String) throws {
    let explanation = try #require(RuleBook.named(code)?.explanation)
    let runtime =
      Runtimes.names.first { $0 != Custom.name && code.hasPrefix($0 + "-") } ?? "tgi"

    let wrong = try Workspace(explanation.wrong, servedBy: runtime).validate()
    #expect(wrong.errors.contains("[\(code)]\n"))

    let right = try Workspace(explanation.right, servedBy: runtime).validate()
    #expect(!right.errors.contains("[\(code)]\n"))
    #expect(right.status == 0, "\(right.errors)")
  }
}

extension ExampleTests {
  /// What surrounds the file, which ``ImportWorkspaceTests`` tries.
  private static let around = ["import-taken", "import-unreadable"]

  /// The examples of imports, each as a file of its tool.
  @Test(arguments: imports.filter { !around.contains($0) })
  func `an example of another tool's file makes the mistake and puts it right`(
    code: String
  ) throws {
    let explanation = try #require(RuleBook.named(code)?.explanation)
    let folder = try TemporaryFolder()
    func validate(_ example: String) throws -> String {
      // The first line is the file's name.
      let name = String(example.prefix { !$0.isNewline }.dropFirst(2))
      try folder.write(example + "\n", to: name)
      return try Program.amm("validate", "--as", "foreign", name, in: folder.url).errors
    }
    #expect(try validate(explanation.wrong).contains("[\(code)]\n"))
    #expect(try !validate(explanation.right).contains("[\(code)]\n"))
  }

  /// The examples of tasks, each as a file of a task with what it does not show.
  @Test(arguments: tasks)
  func `an example of a task makes the mistake and puts it right`(code: String) throws {
    let explanation = try #require(RuleBook.named(code)?.explanation)
    let folder = try TemporaryFolder()
    func validate(_ example: String) throws -> Finished {
      let needsAnswer = example.contains("kind: exact") || example.contains("kind: number")
      let item = needsAnswer ? "{prompt: What is 1 + 1?, expected: 2}" : "{prompt: What is 1 + 1?}"
      let items = example.contains("items:") ? "" : "items: [\(item)]\n"
      try folder.write("version: 1\nname: demo\n\(example)\n\(items)", to: "tasks/demo.yaml")
      return try Program.amm("validate", "--as", "task", "tasks/demo.yaml", in: folder.url)
    }
    #expect(try validate(explanation.wrong).errors.contains("[\(code)]\n"))
    let right = try validate(explanation.right)
    #expect(right.status == 0 && !right.errors.contains("[\(code)]\n"), "\(right.errors)")
  }
}

/// A whole workspace around an example, which shows only what matters in it.
///
/// A line such as `# instances.yaml` or `profiles/coding/demo.yaml` begins a file, and
/// `active/main.yaml -> TARGET` is a link; `home/FILE` lies in its user's home; what stands before any of them is a profile's.
private struct Workspace {
  let folder: TemporaryFolder
  /// Whether files of its user's home are shown.
  let hasHome: Bool
  /// What it is judged by, outside of it; nil for nothing.
  let policy: TemporaryFolder?

  init(_ example: String, servedBy runtime: String) throws {
    folder = try TemporaryFolder()
    var files: [String: [Substring]] = [:]
    var links: [String: String] = [:]
    var place = Self.profile
    for line in example.split(separator: "\n") {
      let path = line.hasPrefix("# ") ? line.dropFirst(2) : line
      if let arrow = path.range(of: " -> ") {
        links[String(path[..<arrow.lowerBound])] = String(path[arrow.upperBound...])
      } else if path == Self.instances || path == "models.lock.json" || path.hasPrefix("profiles/")
        || path.hasPrefix("home/") || path == "policy.yaml"
      {
        place = String(path)
        files[place] = []
      } else {
        files[place, default: []].append(line)
      }
    }
    if links[Self.profile] == nil, files[Self.profile] == nil { files[Self.profile] = [] }
    let instances =
      files.removeValue(forKey: Self.instances) ?? [
        "instances:", "  main: {port: 8080}",
      ]
    try folder.write(
      "version: 1\n" + instances.joined(separator: "\n") + "\n", to: Self.instances)
    for name in instances.compactMap(Self.instanceName) {
      let link = "active/\(name).yaml"
      links[link] = links[link] ?? "../" + Self.profile
    }
    for (path, target) in links { try folder.link(path, to: target) }
    policy = try files.removeValue(forKey: "policy.yaml").map { lines in
      let outside = try TemporaryFolder()
      try outside.write(
        "version: 1\n" + lines.joined(separator: "\n") + "\n", to: "policy.yaml")
      return outside
    }
    hasHome = files.keys.contains { $0.hasPrefix("home/") }
    for (path, lines) in files {
      let text =
        path.hasPrefix("home/") || path == "models.lock.json"
        ? lines.joined(separator: "\n") : Self.wholeProfile(lines, servedBy: runtime)
      try folder.write(text, to: path)
    }
  }

  func validate() throws -> Finished {
    try Program.amm(
      ["validate", "--workspace", "."]
        + (policy.map { ["--policy", $0.file("policy.yaml").path] } ?? []), in: folder.url,
      environment: ["AMM_ADVICE": "on"].merging(
        hasHome ? ["HOME": folder.file("home").path] : [:]
      ) { $1 })
  }

  private static let profile = "profiles/coding/demo.yaml"
  private static let instances = "instances.yaml"

  private static func instanceName(_ line: Substring) -> Substring? {
    guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
    return line.dropFirst(2).prefix { $0 != ":" }
  }

  /// Comments alone stay alone; anything else gets the sections that it does not show.
  private static func wholeProfile(_ lines: [Substring], servedBy runtime: String) -> String {
    let isComment = !lines.isEmpty && lines.allSatisfy { $0.hasPrefix("#") }
    let sections = [
      ("name:", "name: demo"),
      ("source:", "source: {type: huggingface, model_id: org/model}"),
      ("container:", "container: {runtime: \(runtime)}"),
    ]
    let others = sections.filter { key, _ in !lines.contains { $0.hasPrefix(key) } }.map(\.1)
    return ((isComment ? [] : others) + lines.map(String.init)).joined(separator: "\n") + "\n"
  }
}
