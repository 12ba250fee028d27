import Diagnostics
import Foundation
import Reference
import Reports
import TestSupport
import Testing

/// The pages of `docs/reference`, which nobody writes by hand.
struct ReferenceTests {
  @Test(arguments: Reference.pages.map(\.name))
  func `a page says what the code says`(name: String) throws {
    let page = try #require(Reference.pages.first { $0.name == name })
    let difference = try Golden.difference(
      of: page.text, from: Repository.file("docs/reference/" + name))
    #expect(difference == nil)
  }

  @Test func `the list of diagnostics says what the code says`() throws {
    let difference = try Golden.difference(
      of: RuleBook.page, from: Repository.file("docs/diagnostics.md"))
    #expect(difference == nil)
  }

  @Test func `the page of JSON outputs matches the code`() throws {
    let difference = try Golden.difference(
      of: CommandOutput.page, from: Repository.file("docs/reference/json.md"))
    #expect(difference == nil)
  }

  @Test(arguments: RuleBook.all.map(\.code))
  func `a diagnostic is explained`(code: String) throws {
    let rule = try #require(RuleBook.named(code))
    let explanation = try #require(rule.explanation, "\(code) has no explanation")
    #expect(!explanation.why.isEmpty && explanation.wrong != explanation.right)
  }

  /// What the golden files contain: an example of each key of each section, and the attributes of
  /// `instances.nix`.
  private struct Written {
    /// Keys that a workspace of the golden files sets under `quadlet:`, and that amm never writes.
    private static let added: Set = ["AddCapability", "DNS", "Nice", "Slice", "Timezone"]

    private(set) var keys: [String: [String: String]] = [:]
    private(set) var attributes: [String] = []
    private(set) var containerAttributes: [String] = []

    init() throws {
      for ending in [".container", ".network", ".volume", ".socket", ".service"] {
        for file in try Repository.files(in: "Tests/Golden", ending: ending) {
          add(unit: try String(contentsOf: file, encoding: .utf8))
        }
      }
      for file in try Repository.files(in: "Tests/Golden", ending: "instances.nix") {
        let nix = try String(contentsOf: file, encoding: .utf8)
        for match in nix.matches(of: /\n    (\w+) =/)
        where !attributes.contains(String(match.output.1)) {
          attributes.append(String(match.output.1))
        }
        for match in nix.matches(of: /\n        ([a-z]\w+) =/)
        where !containerAttributes.contains(String(match.output.1)) {
          containerAttributes.append(String(match.output.1))
        }
      }
    }

    private mutating func add(unit: String) {
      var section = ""
      for line in unit.split(separator: "\n") {
        if line.hasPrefix("[") { section = String(line) }
        guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
        let key = String(line[..<equals])
        guard !Self.added.contains(key) else { continue }
        // The shortest example, so that the page does not depend on the order of files.
        let example = String(line[line.index(after: equals)...])
        let known = keys[section]?[key]
        if known.map({ (example.count, example) < ($0.count, $0) }) ?? true {
          keys[section, default: [:]][key] = example
        }
      }
    }
  }

  /// From the golden files, which are what amm writes for every option of every runtime, every
  /// setting of an instance, and every kind of companion.
  @Test func `the page of generated keys shows every key that is written`() throws {
    let written = try Written()
    var page = """
      # What is generated

      <!-- Generated from the golden files by `make record`; a test fails if it is out of date. -->

      Every key of the unit files in `generated/quadlet/`, with an example; every attribute of an instance or
      companion in `generated/instances.nix`. Which of them an instance has depends on its profile, its settings
      and the Podman version that they are written for: from Podman 5.5 on, `Memory=` replaces
      `PodmanArgs=--memory`. [units.md](../guide/units.md) explains each key. [targets.md](targets.md) lists what
      the files for Compose and Kubernetes support.

      """
    for (section, examples) in written.keys.sorted(by: { $0.key < $1.key }) {
      page += "\n## `\(section)`\n\n| key | such as |\n| --- | --- |\n"
      for (key, example) in examples.sorted(by: { $0.key < $1.key }) {
        page += "| `\(key)` | `\(example.replacing("|", with: "\\|"))` |\n"
      }
    }
    page += "\n## An instance or companion in `instances.nix`\n\n"
    page += written.attributes.map { "- `\($0)`\n" }.joined()
    page += "\n## An item of `containers`\n\n"
    page += written.containerAttributes.map { "- `\($0)`\n" }.joined()
    let difference = try Golden.difference(
      of: page, from: Repository.file("docs/reference/generated.md"))
    #expect(difference == nil)
  }

  @Test func `the guide about units explains every key that is written`() throws {
    let guide = try String(contentsOf: Repository.file("docs/guide/units.md"), encoding: .utf8)
    for (section, examples) in try Written().keys {
      for key in examples.keys {
        #expect(guide.contains("\(key)="), "units.md has no '\(key)' of '\(section)'")
      }
    }
  }

  @Test func `no page is left over`() throws {
    let files = try FileManager.default.subpathsOfDirectory(
      atPath: Repository.file("docs/reference").path
    ).filter { $0.hasSuffix(".md") }
    #expect(
      Set(files) == Set(Reference.pages.map(\.name) + ["commands.md", "generated.md", "json.md"]))
  }
}
