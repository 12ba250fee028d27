import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A running `Tests/FakeHub/serve`: a model hub and an Ollama registry with the files of a test.
package final class FakeHub: Sendable {
  /// The folder of the repositories, which are in `models/ORG/NAME/`.
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

  /// Adds a file to a repository, or replaces it.
  package func put(_ text: String, at path: String, in id: String) throws {
    try root.write(text, to: "models/\(id)/\(path)")
  }

  /// Sets what the hub reports about a repository, such as its license and who may fetch it.
  package func describe(_ id: String, _ json: String) throws {
    try root.write(json, to: "models/\(id)/.hub.json")
  }

  /// Makes the hub fail in some way.
  package func fail(_ json: String) throws {
    try Data(json.utf8).write(to: root.file("faults.json"), options: .atomic)
  }

  /// Returns the requests to the hub, one JSON object a line.
  package func log() throws -> [String] {
    try root.read("log").split(separator: "\n").map(String.init)
  }

  deinit { kill(process, SIGKILL) }
}
