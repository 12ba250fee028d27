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

  /// From the golden files, which are what amm writes for every option of every runtime.
  @Test func `the page of generated keys shows every key that is written`() throws {
    var keys: [String: [String: String]] = [:]
    var attributes: [String] = []
    for set in ProfileSet.allCases {
      let folder = "Tests/Golden/\(set.rawValue)/"
      for ending in [".container", ".network", ".volume"] {
        for file in try Repository.files(in: folder + "quadlet", ending: ending) {
          var section = ""
          for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("[") { section = String(line) }
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
            let known = keys[section]?[String(line[..<equals])]
            // The shortest example, so that the page does not depend on the order of files.
            let example = String(line[line.index(after: equals)...])
            if known.map({ (example.count, example) < ($0.count, $0) }) ?? true {
              keys[section, default: [:]][String(line[..<equals])] = example
            }
          }
        }
      }
      let nix = try String(contentsOf: Repository.file(folder + "instances.nix"), encoding: .utf8)
      for match in nix.matches(of: /\n    (\w+) =/)
      where !attributes.contains(String(match.output.1)) {
        attributes.append(String(match.output.1))
      }
    }
    var page = """
      # What is generated

      <!-- Generated from the golden files by `make record`; a test fails if it is out of date. -->

      Every key of the unit files in `generated/quadlet/`, with an example; every attribute of an instance in
      `generated/instances.nix`. Which of them an instance has depends on its profile, its settings and the
      Podman version that they are written for.

      """
    for (section, examples) in keys.sorted(by: { $0.key < $1.key }) {
      page += "\n## `\(section)`\n\n| key | such as |\n| --- | --- |\n"
      for (key, example) in examples.sorted(by: { $0.key < $1.key }) {
        page += "| `\(key)` | `\(example.replacing("|", with: "\\|"))` |\n"
      }
    }
    page += "\n## An instance in `instances.nix`\n\n"
    page += attributes.map { "- `\($0)`\n" }.joined()
    let difference = try Golden.difference(
      of: page, from: Repository.file("docs/reference/generated.md"))
    #expect(difference == nil)
  }

  @Test func `no page is left over`() throws {
    let files = try FileManager.default.subpathsOfDirectory(
      atPath: Repository.file("docs/reference").path
    ).filter { $0.hasSuffix(".md") }
    #expect(
      Set(files) == Set(Reference.pages.map(\.name) + ["commands.md", "generated.md", "json.md"]))
  }
}
