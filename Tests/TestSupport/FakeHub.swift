import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// `Tests/FakeHub/serve`, running: a hub of models, and a registry of Ollama's, with what a test puts there.
package final class FakeHub: Sendable {
  /// Below it, `models/ORG/NAME/` holds repositories.
  package let root: TemporaryFolder
  package let port: Int
  private let process: Int32

  package init() throws {
    root = try TemporaryFolder()
    let me = String(ProcessInfo.processInfo.processIdentifier)
    let result = try Program.run(
      Repository.file("Tests/FakeHub/serve"),
      [root.url.path, "--detach", me, "--log", root.file("log").path])
    let words = result.output.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let port = words.first.flatMap({ Int($0) }),
      let process = words.last.flatMap({ Int32($0) })
    else { throw CocoaError(.executableLoad, userInfo: ["errors": result.errors]) }
    self.port = port
    self.process = process
  }

  package var address: String { "http://127.0.0.1:\(port)" }

  /// Adds a file to a repository; one that is there is another one from now on.
  package func put(_ text: String, at path: String, in id: String) throws {
    try root.write(text, to: "models/\(id)/\(path)")
  }

  /// What the hub says of a repository: its licence, who may fetch it and others.
  package func describe(_ id: String, _ json: String) throws {
    try root.write(json, to: "models/\(id)/.hub.json")
  }

  /// Makes the hub fail in some way.
  package func fail(_ json: String) throws {
    try Data(json.utf8).write(to: root.file("faults.json"), options: .atomic)
  }

  /// What was asked of it, a JSON object a line.
  package func log() throws -> [String] {
    try root.read("log").split(separator: "\n").map(String.init)
  }

  deinit { kill(process, SIGKILL) }
}
