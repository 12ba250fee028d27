import Foundation
import TestSupport
import Testing

/// Manual pages and the reference of commands, from the same source as `--help`.
struct ManualTests {
  @Test func `the pages say what the program's help says`() throws {
    let root = try Command.root()
    var pages = ["docs/reference/commands.md": root.reference]
    for command in [root] + root.subcommands where command.name != "help" {
      pages["docs/man/\(command.fullName.joined(separator: "-")).1"] = command.manual
    }
    for (path, text) in pages {
      let difference = try Golden.difference(of: text, from: Repository.file(path))
      #expect(difference == nil)
    }
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Repository.file("docs/man").path)
    #expect(Set(files.map { "docs/man/" + $0 }) == Set(pages.keys.filter { $0.hasSuffix(".1") }))
  }

  @Test func `every command has an example`() throws {
    for command in try Command.root().all where command.name != "help" {
      #expect(command.discussion.contains("Examples:"), "\(command.fullName)")
      // A longer line would be broken in the middle of a command.
      for line in command.discussion.split(separator: "\n") where line.hasPrefix("  ") {
        #expect(line.count <= 79, "\(command.fullName): \(line)")
      }
    }
  }

  @Test(.needs(.tool("mandoc")))
  func `mandoc finds nothing to complain of`() throws {
    let mandoc = try #require(Program.tool("mandoc"))
    for page in try Repository.files(in: "docs/man", ending: ".1") {
      let result = try Program.run(mandoc, ["-T", "lint", "-W", "warning", page.path])
      #expect(result.output == "" && result.status == 0, "\(result.output)")
    }
  }
}

/// A command as the argument parser describes it (ToolInfo, serialization version 0).
private struct Command {
  let name: String
  let fullName: [String]
  let abstract: String
  let discussion: String
  let arguments: [Argument]
  let subcommands: [Command]

  struct Argument {
    let names: [String]
    let value: String?
    let isOptional: Bool
    let isRepeated: Bool
    let text: String
    let words: [String]

    init(_ json: [String: Any]) {
      names = (json["names"] as? [[String: String]] ?? []).compactMap { name in
        guard let word = name["name"] else { return nil }
        return name["kind"] == "long" ? "--" + word : "-" + word
      }.sorted { $0.count < $1.count }
      let kind = json["kind"] as? String
      value = kind == "flag" ? nil : json["valueName"] as? String
      isOptional = json["isOptional"] as? Bool ?? false
      isRepeated = json["isRepeating"] as? Bool ?? false
      let standard = (json["defaultValue"] as? String).map { "(default: \($0))" }
      text = [json["abstract"] as? String, json["discussion"] as? String, standard]
        .compactMap { $0 }.joined(separator: " ")
      words = json["allValues"] as? [String] ?? []
    }

    var usage: String {
      let word =
        ([names.first { $0.hasPrefix("--") } ?? names.first].compactMap { $0 }
        + (value.map { ["<\($0)>"] } ?? []))
        .joined(separator: " ") + (isRepeated ? " ..." : "")
      return isOptional ? "[\(word)]" : word
    }

    var heading: String {
      let all = names.joined(separator: ", ")
      return value.map { all.isEmpty ? "<\($0)>" : "\(all) <\($0)>" } ?? all
    }
  }

  static func root() throws -> Command {
    let help = try Program.amm("--experimental-dump-help").output
    let json = try JSONSerialization.jsonObject(with: Data(help.utf8)) as? [String: Any]
    return Command(json?["command"] as? [String: Any] ?? [:], below: [])
  }

  private init(_ json: [String: Any], below parents: [String]) {
    let name = json["commandName"] as? String ?? ""
    self.name = name
    fullName = parents + [name]
    abstract = json["abstract"] as? String ?? ""
    discussion = json["discussion"] as? String ?? ""
    arguments = (json["arguments"] as? [[String: Any]] ?? []).map { Argument($0) }
    subcommands = (json["subcommands"] as? [[String: Any]] ?? []).map {
      Command($0, below: parents + [name])
    }
  }

  var all: [Command] { [self] + subcommands.flatMap(\.all) }

  private var usage: String {
    (fullName + (subcommands.isEmpty ? [] : ["<subcommand>"]) + arguments.map(\.usage))
      .joined(separator: " ")
  }

  // MARK: Markdown

  var reference: String {
    """
    # Commands

    <!-- Generated from the code by `make record`; a test fails if it is out of date. -->

    \(discussion)

    | status | meaning |
    | --- | --- |
    | 0 | success; warnings are not errors without `--strict` |
    | 1 | the input is not valid |
    | 2 | `--check` found a difference, or a result is lower than `--fail-below` |
    | 3 | an error of the machine: a file, a permission, a program, a failed service |
    | 4 | a server does not answer |
    | 64 | the command line is wrong |

    | variable | meaning |
    | --- | --- |
    | `AMM_WORKSPACE` | the folder of the workspace |
    | `AMM_ADVICE` | `off` hides advice, such as that a runtime is unmaintained |
    | `AMM_LIBRARY` | the folder of the profiles that come with amm. By default `share/amm/profiles` near the program |
    | `AMM_TASKS` | the folder of the tasks that come with amm. By default `share/amm/tasks` near the program |
    | `AMM_LIBEXEC` | the folder of `amm-compare` and `amm-fetch`. By default the folder of amm, or `libexec/amm` next to it |
    | `HF_ENDPOINT`, `HF_HUB_OFFLINE`, `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN_PATH` | the hub, its cache and its token, as for the hub's own programs |
    | `XDG_CONFIG_HOME`, `XDG_STATE_HOME`, `XDG_CACHE_HOME` | the folders of configuration, state and caches |
    | `NO_COLOR`, `CLICOLOR_FORCE` | whether the output has colour; `--color` takes precedence |

    """
      + subcommands.filter { $0.name != "help" }.flatMap(\.all).filter { $0.subcommands.isEmpty }
      .map(\.section).joined()
  }

  private var section: String {
    var out = "\n## `\(fullName.joined(separator: " "))`\n\n\(abstract)\n\n"
    out += "```text\n\(usage)\n\n\(discussion)\n```\n\n"
    out += "| argument | meaning |\n| --- | --- |\n"
    for argument in arguments {
      out += "| `\(argument.heading)` | \(argument.text.replacing("|", with: "\\|")) |\n"
    }
    return out
  }

  // MARK: man(7)

  /// The day of the pages' release, which man shows below each: to be set with the version.
  private static let date = "2026-11-01"

  var manual: String {
    var out = #"""
      .\" Generated from the code by `make record`; a test fails if it is out of date.
      .TH "\#(fullName.joined(separator: "-").uppercased())" "1" "\#(Self.date)" "amm" "User Commands"
      .SH NAME
      \#(roff(fullName.joined(separator: "-"))) \- \#(roff(abstract))
      .SH SYNOPSIS
      .B \#(roff(usage))
      .SH DESCRIPTION
      \#(described)

      """#
    if !arguments.isEmpty {
      out += ".SH OPTIONS\n"
      for argument in arguments {
        out += ".TP\n.B \(roff(argument.heading))\n\(roff(argument.text))\n"
      }
    }
    if !subcommands.isEmpty {
      out += ".SH COMMANDS\n"
      for command in subcommands where command.name != "help" {
        out += ".TP\n.B \(roff(command.name))\n\(roff(command.abstract))\n"
      }
    }
    let others =
      subcommands.isEmpty
      ? ["amm"] : subcommands.filter { $0.name != "help" }.map { "amm-" + $0.name }
    out += ".SH SEE ALSO\n"
    out += others.map { ".BR \(roff($0)) (1)" }.joined(separator: ",\n") + "\n"
    return out
  }

  /// Paragraphs that man fills, and examples that it leaves as they are.
  private var described: String {
    discussion.split(separator: "\n\n").map { paragraph in
      paragraph.contains("\n") ? ".nf\n\(roff(String(paragraph)))\n.fi" : roff(String(paragraph))
    }.joined(separator: "\n.PP\n")
  }

  /// Text that man shows as it is.
  private func roff(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
      .split(separator: "\n", omittingEmptySubsequences: false)
      // A line that begins with a dot or a quote would be a request.
      .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&" + $0 : String($0) }
      .joined(separator: "\n")
  }
}
