import Foundation
import TestSupport
import Testing

/// The table of docs/security.md, held against what each command does under strace.
@Suite(.needs(.tracing))
struct PromiseTests {
  /// A row: what a command may start and write.
  private struct Row {
    /// The words of each command that it is about.
    let commands: [[String]]
    let programs: Set<String>
    let asks: Bool
    let writes: Set<String>
  }

  private static let rows: [Row] = {
    let text = try? String(contentsOf: Repository.file("docs/security.md"), encoding: .utf8)
    let section = (text ?? "").components(separatedBy: "| command | programs | asks | writes |\n")
    let lines = section.last?.split(separator: "\n").prefix { $0.hasPrefix("|") }.dropFirst() ?? []
    return lines.map { line in
      let cells = line.components(separatedBy: "|").dropFirst().map { $0 }
      func words(_ cell: String) -> [String] {
        cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
      }
      return Row(
        commands: words(cells[0]).map { $0.components(separatedBy: " ") },
        programs: Set(words(cells[1])),
        asks: !cells[2].trimmingCharacters(in: .whitespaces).isEmpty,
        writes: Set(words(cells[3])))
    }
  }()

  private static let completion = Row(commands: [], programs: [], asks: false, writes: [])

  /// The row whose words are all among a command's, of which the most.
  private static func row(of command: [String]) -> Row? {
    if command[0] == "---completion" { return completion }
    let found = rows.flatMap { row in row.commands.map { ($0, row) } }.filter { words, _ in
      words[0] == command[0] && words.allSatisfy(command.contains)
    }
    return found.max { $0.0.count < $1.0.count }?.1
  }

  private static let commands =
    HostileWorkspace.looking + [
      ["generate"], ["generate", "--output", "../output"], ["recover"], ["trust"],
      ["load-profile", "chat/mistral"], ["create-profile", "mine", "--base", "starcoder"],
      ["experiment", "start", "x"], ["experiment", "note", "x"], ["experiment", "stop"],
      ["experiment", "log", "--model", "c/p", "--task", "t", "--score", "1"],
      ["switch", "srv", "c/q", "--no-apply"], ["switch", "srv", "c/q", "--apply", "quadlet"],
      ["switch", "srv", "c/q", "--apply", "home-manager"], ["switch", "srv", "c/q", "--wait=1"],
      ["rollback", "--no-apply"], ["start", "srv"], ["stop", "srv"], ["restart", "srv"],
      ["logs", "srv"], ["compare", "srv", "--task", "speed", "--timeout", "1"],
      ["lock"], ["lock", "--update", "c/p"], ["lock", "--check"], ["lock", "--verify"],
      ["add", "org/model"], ["add", "org/model", "--offline"],
      ["migrate", "chat/mistral", "--to", "vllm"], ["plan", "srv", "--against", "journal"],
      ["plan", "--html", "../output"],
      ["init", "../output"], ["clean"], ["clean", "--remove"], ["validate", "--fix"],
      ["import", "../other/compose.yaml"], ["import", "../other/compose.yaml", "--dry-run"],
      ["export", "srv", "--as", "run"],
      ["export", "srv", "--as", "compose", "--output", "../output"],
    ]

  /// A folder that a path is in, by the name that the table has for it.
  private static func place(of path: String, in folder: TemporaryFolder) -> String? {
    let root = folder.url.path + "/"
    // What amm makes before it takes its place stands beside that.
    let relative = path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    for name in ["generated", "active", "profiles", "experiments"] {
      if relative.hasPrefix("w/\(name)") || relative.hasPrefix("w/.\(name).amm-") { return name }
    }
    if relative == "w/models.lock.json" || relative.hasPrefix("w/.models.lock.json.amm-") {
      return "lock"
    }
    if relative == "w/instances.yaml" || relative.hasPrefix("w/.instances.yaml.amm-") {
      return "instances.yaml"
    }
    if relative == "w/.amm-switch" || relative.hasPrefix("w/..amm-switch.amm-") { return "active" }
    if relative.hasPrefix("output") || relative.hasPrefix(".output.amm-") { return "output" }
    if relative.hasPrefix("home/state") { return "state" }
    if relative.hasPrefix("home/.config") { return "units" }
    return nil
  }

  private static let writers = [
    "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "symlink",
    "symlinkat", "link", "linkat", "chmod", "fchmod", "fchown", "chown", "fchmodat", "truncate",
    "ftruncate", "utimensat", "setxattr", "mknod", "mknodat",
  ]

  @Test(arguments: commands)
  func `a command starts, asks and writes what docs/security.md says, and no more`(
    command: [String]
  ) throws {
    let row = try #require(Self.row(of: command), "no row is about \(command)")
    let hostile = try HostileWorkspace()
    let folder = hostile.folder
    for name in ["systemctl", "journalctl", "podman", "nvidia-smi", "ss", "id", "home-manager"] {
      try hostile.program(name, name == "systemctl" ? "echo LoadState=loaded" : "exit 0")
    }
    _ = try Program.run(
      URL(fileURLWithPath: "/usr/bin/git"), ["init", "-q"], in: folder.file("w"))
    // The address is not this machine's, so that to ask it would show.
    try hostile.append("    bind: 203.0.113.5\n", to: "w/instances.yaml")
    #expect(try hostile.amm("generate").status == 0)
    if command[0] == "experiment" { _ = try hostile.amm("experiment", "start", "before") }
    if command.prefix(2) == ["experiment", "start"] { _ = try hostile.amm("experiment", "stop") }
    if command[0] == "rollback" {
      #expect(try hostile.amm("switch", "srv", "c/q", "--no-apply").status == 0)
    }
    try folder.write(
      "services: {chat: {image: 'vllm/vllm-openai:v0.31.0', command: [--model, Qwen/Qwen3-4B]}}\n",
      to: "other/compose.yaml")
    let log = folder.file("log")
    let result = try hostile.run(
      command,
      under: [
        Program.strace?.path ?? "strace", "-f", "-y", "-qq", "-s", "4096", "-e",
        "trace=execve,connect,openat,open,openat2,creat," + Self.writers.joined(separator: ","),
        "-o", log.path,
      ])
    #expect(result.status < 64, "\(command): \(result.errors)")
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map(String.init)
    let own = lines.first?.prefix { $0 != " " } ?? ""
    var started: Set<String> = []
    for line in lines {
      let call = line.drop { $0 != " " }.drop { $0 == " " }
      let name = call.prefix { $0 != "(" }
      guard !line.contains("= -1 ") else { continue }
      switch name {
      case "execve":
        let program = call.components(separatedBy: "\"").dropFirst().first ?? ""
        if !program.hasSuffix("/amm") {
          started.insert(String(program.split(separator: "/").last ?? ""))
        }
      case "connect":
        #expect(!call.contains("203.0.113.5"), "\(command) asks another machine: \(line)")
        #expect(row.asks || !call.contains("AF_INET"), "\(command): \(line)")
      case _ where line.hasPrefix(own + " "):
        let isWriting =
          ["openat", "open", "openat2", "creat"].contains(name)
          ? ["O_WRONLY", "O_RDWR", "O_CREAT"].contains(where: call.contains) : true
        guard isWriting, !call.contains("/dev/null") else { continue }
        for path in Self.paths(in: String(call)) where path.hasPrefix(folder.url.path + "/") {
          let place = Self.place(of: path, in: folder)
          #expect(place.map(row.writes.contains) == true, "\(command) writes \(path): \(line)")
        }
      default: continue
      }
    }
    let extra = started.subtracting(row.programs)
    #expect(extra.isEmpty, "\(command) starts \(extra)")
  }

  /// The paths that a call names: `3</a/b>, "c"` is `/a/b/c`.
  private static func paths(in call: String) -> [String] {
    var paths: [String] = []
    for match in call.matches(of: /(?:(?:\d+|AT_FDCWD)<([^>]*)>, )?"([^"]*)"/) {
      let (folder, name) = (match.output.1.map(String.init) ?? "", String(match.output.2))
      paths.append(name.hasPrefix("/") ? name : folder + "/" + name)
    }
    // What is open already: `fchmod(3</a/b>, 0755)`.
    if call.hasPrefix("f"), let match = call.firstMatch(of: /\(\d+<([^>]*)>/) {
      paths.append(String(match.output.1))
    }
    return paths
  }

  @Test func `the table is read`() {
    #expect(Self.rows.count >= 15)
    #expect(Self.row(of: ["switch", "a", "b", "--dry-run"])?.programs == ["systemctl", "podman"])
    #expect(Self.row(of: ["list"])?.writes == [])
  }
}
