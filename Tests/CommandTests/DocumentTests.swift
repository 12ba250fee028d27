import Foundation
import TestSupport
import Testing

/// README, the guides and the other prose of the repository.
struct DocumentTests {
  private static let pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]

  private func documents() throws -> [URL] {
    try Self.pages.map(Repository.file) + Repository.files(in: "docs", ending: ".md")
  }

  // MARK: Links

  /// Headings as GitHub anchors them: small letters, hyphens for spaces, no punctuation.
  private func anchors(of document: URL) throws -> Set<String> {
    let text = try String(contentsOf: document, encoding: .utf8)
    return Set(
      text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
        let words = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
        return String(
          words.compactMap {
            $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil
          })
      })
  }

  @Test func `every link leads to a file and a heading`() throws {
    var broken: [String] = []
    var headings: [URL: Set<String>] = [:]
    for document in try documents() {
      let text = try String(contentsOf: document, encoding: .utf8)
      for match in text.matches(of: /\]\(([^)\s]+)\)/) {
        let link = match.output.1
        if link.contains("://") { continue }
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target =
          parts[0].isEmpty
          ? document
          : document.deletingLastPathComponent().appendingPathComponent(String(parts[0]))
            .standardizedFileURL
        guard FileManager.default.fileExists(atPath: target.path) else {
          broken.append("\(document.lastPathComponent): \(link)")
          continue
        }
        guard parts.count == 2 else { continue }
        let known = try headings[target] ?? anchors(of: target)
        headings[target] = known
        if !known.contains(String(parts[1])) {
          broken.append("\(document.lastPathComponent): \(link)")
        }
      }
    }
    #expect(broken.isEmpty, "\(broken.joined(separator: "\n"))")
  }

  // MARK: Words

  /// Words that docs/style.md replaces by others, in prose.
  private static let words = [
    "stand", "stands", "stood", "alone", "at once", "nobody", "whom", "mend", "mends", "mended",
    "anew",
    "put right", "blanks", "lest", "thereby",
  ]

  /// The prose of a text: a document without code, or the comments and literals of a source.
  private func prose(of text: String, isSource: Bool) -> [(line: Int, text: String)] {
    var isCode = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
      index, line in
      let trimmed = line.drop { $0 == " " }
      if !isSource, trimmed.hasPrefix("```") {
        isCode.toggle()
        return nil
      }
      if isCode { return nil }
      var words = String(trimmed)
      if isSource, !trimmed.hasPrefix("//"), !trimmed.hasSuffix("\\") {
        words = trimmed.replacing(/\\\([^"]*?\)/, with: "").matches(of: /"([^"]*)"/)
          .map { String($0.output.1) }.joined(separator: " ")
      }
      // Code and names are quoted.
      return (index + 1, words.replacing(/`[^`]*`/, with: "").replacing(/'[^']*'/, with: ""))
    }
  }

  @Test func `prose uses the words of the style guide`() throws {
    let words = "\\b(\(Self.words.joined(separator: "|")))\\b(?!-in)"
    let pattern = try Regex(words).ignoresCase()
    // Few lines have such a word at all, and to take the prose of a line is slow.
    let candidate = try NSRegularExpression(pattern: words, options: .caseInsensitive)
    let files =
      try documents().filter { $0.lastPathComponent != "style.md" }
      + Repository.files(in: "Sources", ending: ".swift")
    var found: [String] = []
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      let whole = NSRange(location: 0, length: text.utf16.count)
      guard candidate.firstMatch(in: text, range: whole) != nil else { continue }
      for (line, text) in prose(of: text, isSource: file.pathExtension == "swift")
      where text.contains(pattern) {
        found.append("\(file.lastPathComponent):\(line): \(text)")
      }
    }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test(.needs(.program("codespell"))) func `words are spelt right`() throws {
    let root = Repository.file("README.md").deletingLastPathComponent()
    let result = try Program.run(
      try #require(Program.find("codespell")),
      ["Sources", "docs", "nix", "profiles", "share"] + Self.pages,
      in: root)
    #expect(result.output == "" && result.status == 0, "\(result.output)\(result.errors)")
  }

  // MARK: Commands

  /// Each line has the exit status: 1 and 3 are for what needs a network, GPUs or a real Podman.
  @Test(.needs(.python)) func `the commands of README and the guides work`() throws {
    let result = try Program.run(
      try #require(Program.python), [Repository.file("Tests/Documents/run").path, Program.amm.path])
    #expect(result.status == 0, "\(result.errors)")
    let difference = try Golden.difference(
      of: result.output, from: Repository.file("Tests/Documents/commands.txt"))
    #expect(difference == nil)
    #expect(!result.output.contains(": 64\n"), "a command line is wrong")
  }
}
