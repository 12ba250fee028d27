import Foundation
import TestSupport
import Testing

/// What a person sees, in a terminal that python makes.
@Suite(.needs(.python))
struct TerminalTests {
  /// Runs amm in a terminal of so many columns, and gives what it writes there.
  private static let script = """
    import fcntl, os, pty, struct, sys, termios
    columns, *command = sys.argv[1:]
    child, terminal = pty.fork()
    if child == 0:
        # Nothing is written before the terminal has its size.
        os.read(0, 1)
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, int(columns), 0, 0))
    settings = termios.tcgetattr(terminal)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, settings)
    os.write(terminal, b"\\n")
    out = b""
    try:
        while chunk := os.read(terminal, 65536): out += chunk
    except OSError:
        pass
    os.waitpid(child, 0)
    sys.stdout.buffer.write(out.replace(b"\\r\\n", b"\\n"))
    """

  private func see(
    _ arguments: String..., columns: Int, environment: [String: String] = ["TERM": "xterm"],
    in folder: URL = Repository.file("profiles")
  ) throws -> String {
    let text = try Program.run(
      try #require(Program.python),
      ["-c", Self.script, String(columns), Program.amm.path] + arguments, in: folder,
      environment: ["HOME": "/nonexistent"].merging(environment) { $1 }
    ).output
    return text.hasPrefix("\n") ? String(text.dropFirst()) : text
  }

  private func isColored(_ text: String) -> Bool { text.contains("\u{1B}[") }

  @Test(arguments: [40, 60, 80, 200])
  func `rows fit into the terminal`(columns: Int) throws {
    let text = try see("list", "--color", "never", columns: columns)
    let lines = text.split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0.count <= columns }, "\(text)")
    // A narrow terminal has fewer columns of the table, and all of its rows.
    let rows = try Program.amm("list", in: Repository.file("profiles")).output.split(
      separator: "\n")
    let first = { (line: Substring) in line.prefix { $0 != " " } }
    #expect(rows.map(first).allSatisfy(lines.map(first).contains))
    #expect(try see("explain", "port-in-use", columns: columns).contains("same port"))
  }

  @Test func `the excerpt of a long line fits, and its caret stands below the mistake`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "name: demo\nsource: {type: huggingface, model_id: org/model}\ncontainer: {runtime: tgi}\n"
        + "resources: {ram: 16GB, gpu_memory_min: 6GB, gpu_memory_recommended: 8GB, cpu_cores: 0}\n",
      to: "demo.yaml")
    let text = try see(
      "validate", "demo.yaml", "--color", "never", columns: 40, in: folder.url)
    let lines = text.split(separator: "\n").map(String.init)
    let caret = try #require(lines.firstIndex { $0.hasSuffix("^") }, "\(text)")
    let shown = Array(lines[caret - 1])
    #expect(shown.count <= 40)
    #expect(shown[lines[caret].count - 1] == "0")
  }

  @Test func `colour is for terminals that have it`() throws {
    #expect(isColored(try see("list", columns: 80)))
    #expect(!isColored(try see("list", columns: 80, environment: ["TERM": "dumb"])))
    #expect(
      !isColored(try see("list", columns: 80, environment: ["TERM": "xterm", "NO_COLOR": "1"])))
    #expect(!isColored(try see("list", "--color", "never", columns: 80)))
    let folder = Repository.file("profiles")
    #expect(!isColored(try Program.amm("list", in: folder).output))
    #expect(isColored(try Program.amm("list", "--color", "always", in: folder).output))
    #expect(
      isColored(
        try Program.run(Program.amm, ["list"], in: folder, environment: ["CLICOLOR_FORCE": "1"])
          .output))
  }

  /// A machine with two GPUs, two servers and files that are out of date.
  @Test(arguments: [40, 80, 200])
  func `a status is a screen of its width`(columns: Int) throws {
    let machine = try FakeMachine()
    try machine.workspace(["assistant": 9431, "embeddings": 9432])
    let nvidia = """
      #!/bin/sh
      echo "0, NVIDIA GeForce RTX 4090, 21034, 24564"
      echo "1, NVIDIA GeForce RTX 3090, 310, 24576"

      """
    try machine.home.write(nvidia, to: "bin/nvidia-smi")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: machine.home.file("bin/nvidia-smi").path)
    let text = try see(
      "status", "--color", "never", columns: columns,
      environment: [
        "TERM": "xterm", "PATH": machine.home.file("bin").path,
        "FAKE_MACHINE": machine.home.file("machine").path, "HOME": machine.home.url.path,
      ], in: machine.home.file("w"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns }, "\(text)")
    let difference = try Golden.difference(
      of: text, from: Repository.file("Tests/Golden/screens/status-\(columns).txt"))
    #expect(difference == nil)
  }
}
