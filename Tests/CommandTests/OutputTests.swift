import Foundation
import TestSupport
import Testing

@testable import Reports

/// What reaches a terminal, a log and GitHub's runner is amm's own, or made harmless.
struct OutputTests {
  private let hostile: HostileWorkspace

  init() throws { hostile = try HostileWorkspace() }

  private var folder: TemporaryFolder { hostile.folder }

  /// Escapes, C1, ends of lines, and marks that turn the direction of text.
  private static let marks: [Unicode.Scalar] = [
    "\u{1B}", "\u{7}", "\u{9B}", "\u{85}", "\u{61C}", "\u{200E}", "\u{200F}", "\u{202E}",
    "\u{2066}", "\u{2028}", "\r",
  ]

  private func checkHarmless(_ result: Finished, _ words: [String]) {
    for text in [result.output, result.errors] {
      for mark in Self.marks {
        #expect(!text.unicodeScalars.contains(mark), "\(words): U+\(String(mark.value, radix: 16))")
      }
      for line in text.split(whereSeparator: \.isNewline) {
        #expect(!line.drop(while: \.isWhitespace).hasPrefix("::"), "\(words): \(line)")
        #expect(!line.contains("##["), "\(words): \(line)")
      }
    }
  }

  @Test(arguments: marks)
  func `a name with a mark in it is shown without`(mark: Unicode.Scalar) throws {
    // Files, links, lists of amm's own, and words of files.
    let name = "a\(mark)\n::error::x ##[error]y"
    try folder.link("w/active/\(name).yaml", to: "../profiles/c/\(name).yaml")
    try folder.write(HostileWorkspace.profile, to: "w/profiles/c/\(name).yaml")
    try folder.write(HostileWorkspace.profile, to: "w/profiles/c/\(name).yml")
    try folder.write("x\n", to: "w/generated/\(name)")
    try folder.write("x", to: "w/.generated.amm-\(name)")
    try folder.write("\(name)\n\n../profiles/c/\(mark).yaml\n", to: "w/.amm-switch")
    try folder.write(
      "name: \"::error::\\e[31m\"\n\"k\\u202e\\n::error::\": 1\n", to: "w/profiles/c/words.yaml")
    try folder.write("{\"description\": \"\(mark)\\n::error::\"}", to: "w/experiments/x.json")
    try folder.write("version: 1\nname: \"a\\e[31m\"\n", to: "w/tasks/x.yaml")
    try hostile.append(
      "    description: \"x\\u061c ##[error]x\"\napply: {method: command, command: [\"a\\eb\"]}\n",
      to: "w/instances.yaml")
    let commands =
      HostileWorkspace.looking + [
        ["generate"], ["switch", "srv", "c/\(name)"], ["experiment", "show", "x"], ["info", name],
        ["explain", name], ["compare", name], ["list", name], ["switch", name, "x"], ["recover"],
        ["validate", "profiles/c/words.yaml"], ["validate", "--format", "junit"],
        ["trust", "--show"],
      ]
    // Each mark goes through some of them, and each of them shows several marks.
    for (number, words) in commands.enumerated()
    where (number + Int(mark.value)).isMultiple(of: Sampling.every(4)) {
      let result = try hostile.run(words, environment: ["GITHUB_ACTIONS": "true"])
      checkHarmless(result, words)
    }
  }

  @Test func `colour is amm's own, and a file's is not`() throws {
    try folder.write(HostileWorkspace.profile, to: "w/profiles/c/a\u{1B}[31mb.yaml")
    let result = try hostile.run(["validate", "--color", "always"])
    #expect(result.errors.contains("\u{1B}[1;31merror:\u{1B}[0m"))
    #expect(result.errors.contains("a\\u{1b}[31mb.yaml"))
    #expect(!result.errors.contains("\u{1B}[31m"))
  }

  @Test func `what other programs say is shown without marks, and without tokens`() throws {
    let token = "hf_" + String(repeating: "aBcDeF9", count: 5)
    let script = "printf 'a\\033[31mb\\n::error::x\\nsee \(token)\\n'; printf 'e\\233x\\n' >&2"
    try hostile.program("journalctl", script)
    try hostile.program(
      "systemctl", "case \"$*\" in *show*) echo LoadState=loaded;; *) \(script);; esac")
    for words in [["logs", "srv"], ["restart", "srv"]] {
      let result = try hostile.run(words, environment: ["GITHUB_ACTIONS": "true"])
      #expect(result.output.contains("a\\u{1b}[31mb\n\\::error::x\n"), "\(result)")
      #expect(!result.output.contains(token.dropFirst(6)))
      checkHarmless(result, words)
    }
  }

  /// To Swift, CR LF is one character, at which no line would end.
  @Test func `a line that ends with CR LF is a line`() {
    #expect(Shown(lines: "one\r\ntwo\n").text == "one\\u{d}\ntwo\n")
    let difference = Shown(difference: "-a\r\n+  API_KEY: 0123456789abcdef\r\n").text
    #expect(difference.hasPrefix("-a\\u{d}\n+  API_KEY: ***"), "\(difference)")
  }

  @Test func `only annotations are commands for GitHub's runner`() throws {
    try folder.write("name: '::warning::x'\n", to: "w/profiles/c/x.yaml")
    let github = try hostile.run(
      ["validate", "--format", "github"], environment: ["GITHUB_ACTIONS": "true"])
    #expect(github.output.hasPrefix("::error file=profiles/c/x.yaml"))
    try hostile.append("description: 'a ##[error]b'\n", to: "w/profiles/c/p.yaml")
    let list = try hostile.run(["list", "--json"], environment: ["GITHUB_ACTIONS": "true"])
    let entries = try list.objects("profiles")
    #expect(entries.contains { $0["description"] as? String == "a ##[error]b" }, "JSON stays JSON")
    #expect(!list.output.contains("##["))
  }

  @Test(arguments: [
    ["--version"], ["--help"], ["help", "switch"], ["--generate-completion-script", "bash"],
    ["list"], ["schema", "task"], ["explain", "--list"], ["validate", "--json"], ["info"],
    ["history", "--json"],
  ])
  func `output that a full disk does not take is an error`(words: [String]) throws {
    let result = try hostile.run(
      words, under: ["/bin/sh", "-c", "\"$0\" \"$@\" > /dev/full"])
    let isEmpty = words[0] == "history"
    #expect(result.status == 3 || isEmpty, "\(words)")
    #expect(
      result.errors.contains("cannot write to standard output") || isEmpty, "\(result.errors)")
  }

  /// The reader waits until amm has written, and reads nothing of it.
  @Test(arguments: [["list"], ["explain", "--list"], ["--help"], ["validate", "--json"]])
  func `a reader that has read enough is no error`(words: [String]) throws {
    let result = try hostile.run(
      words,
      under: ["/bin/sh", "-c", "{ \"$0\" \"$@\"; echo \"status $?\" >&2; } | true"])
    #expect(result.errors == "status 0\n", "\(words): \(result.errors)")
  }

  /// The parser's messages go the same way.
  @Test func `the words of a wrong command line are shown without marks`() throws {
    let result = try hostile.run(["list", "--\u{1B}[31m\u{202E}x"])
    #expect(result.status == 64)
    checkHarmless(result, ["list"])
  }

  @Test func `one place alone writes to the terminal`() throws {
    let folders = ["Sources/Commands", "Sources/Operations", "Sources/Reports"]
    for file in try folders.flatMap({ try Repository.files(in: $0, ending: ".swift") }) {
      let text = try String(contentsOf: file, encoding: .utf8)
      let isConsole = file.lastPathComponent == "Console.swift"
      #expect(isConsole || !text.contains("Terminal.write("), "\(file.lastPathComponent)")
      #expect(!text.contains("Swift.print("), "\(file.lastPathComponent)")
    }
  }
}
