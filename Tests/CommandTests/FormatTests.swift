import Foundation
import TestSupport
import Testing

/// What `validate` says to programs.
struct FormatTests {
  private static let folder = Repository.file("Tests/Corpus/rejected")
  private static let files = [
    "environment-secret-value.yaml", "heads-key-value.yaml", "image-latest.yaml",
  ]

  @Test(arguments: ["json", "sarif", "github", "junit"])
  func `a format is the golden one`(format: String) throws {
    let result = try Program.amm(
      ["validate", "--format", format] + Self.files, in: Self.folder)
    #expect(result.status == 1)
    #expect(result.errors == "")
    let difference = try Golden.difference(
      of: result.output, from: Repository.file("Tests/Golden/formats/\(format)"))
    #expect(difference == nil)
  }

  /// By others' grammars, not by what amm wrote before: Tests/Formats.
  @Test(.needs(.python))
  func `annotations and SARIF say of the whole corpus what JSON says`() throws {
    let result = try Program.run(
      try #require(Program.python),
      [Repository.file("Tests/Formats/check").path, Program.amm.path])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }

  @Test func `SARIF and JSON are JSON`() throws {
    for format in ["json", "sarif"] {
      let result = try Program.amm(["validate", "--format", format] + Self.files, in: Self.folder)
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(result.output.utf8))
      }
    }
  }

  /// Python's parser is a stranger to amm's writer.
  @Test(.needs(.python))
  func `JUnit is XML, whatever the corpus holds`() throws {
    let all = try Repository.files(in: "Tests/Corpus/rejected", ending: ".yaml")
      .map(\.lastPathComponent)
    let report = try Program.amm(["validate", "--format", "junit"] + all, in: Self.folder)
    let file = try TemporaryFolder()
    try file.write(report.output, to: "report.xml")
    let script = """
      import sys, xml.etree.ElementTree as tree
      suite = tree.parse(sys.argv[1]).getroot()[0]
      assert len(suite) == int(suite.get('tests')), suite.attrib
      assert len(suite.findall('.//failure')) == int(suite.get('failures')), suite.attrib
      print(len(suite))
      """
    let parsed = try Program.run(
      try #require(Program.python), ["-c", script, file.file("report.xml").path])
    #expect(parsed.errors == "")
    #expect(parsed.output == "\(all.count)\n")
  }

  @Test func `an annotation's message cannot end its command`() throws {
    let folder = try TemporaryFolder()
    try folder.write("name: \"a%0A::error::b\\n\"\nx:y: 1\n", to: "a,b:c.yaml")
    let result = try Program.amm("validate", "--format", "github", "a,b:c.yaml", in: folder.url)
    let lines = result.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasPrefix("::error file=a%2Cb%3Ac.yaml,") })
    #expect(!lines.isEmpty)
  }
}

/// What a shell offers, asked as bash asks.
struct CompletionTests {
  @Test(arguments: [
    ("info cod", "coding/codellama"), ("info tgi-", "tgi-primary"), ("list cod", "coding"),
    ("list --tag 7", "7b"), ("list --runtime ll", "llama-cpp"), ("vali", "validate"),
    ("explain gpu", "gpu-share"),
  ])
  func `bash completes words of the workspace`(line: String, word: String) throws {
    let folder = try TemporaryFolder()
    #expect(try Program.amm("init", "--example", folder.file("w").path).status == 0)
    let script = try Program.amm("--generate-completion-script", "bash").output
    try folder.write(script, to: "amm.bash")
    let ask = """
      source amm.bash; cd w; COMP_LINE="amm \(line)"; COMP_WORDS=($COMP_LINE)
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
      _amm amm "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let path = Program.amm.deletingLastPathComponent().path + ":/usr/bin:/bin"
    let result = try Program.run(
      URL(fileURLWithPath: "/bin/bash"), ["-c", ask], in: folder.url, environment: ["PATH": path])
    #expect(result.output.split(separator: "\n").contains(Substring(word)), "\(result)")
  }
}
