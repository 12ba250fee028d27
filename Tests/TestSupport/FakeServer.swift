import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A running `Tests/FakeServer/serve`.
///
/// It is detached, because Foundation considers a program to be running as long as any program that
/// was started at the same time.
package final class FakeServer: Sendable {
  package let port: Int
  package let process: Int32

  /// - Parameter models: The names that `/v1/models` returns.
  package init(_ arguments: String..., models: [String] = ["model-one", "model-two"]) throws {
    let me = String(ProcessInfo.processInfo.processIdentifier)
    let result = try Program.run(
      Repository.file("Tests/FakeServer/serve"),
      ["--detach", me] + models.flatMap { ["--model", $0] } + arguments)
    let words = result.output.split(separator: " ").map {
      $0.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let port = words.first.flatMap({ Int($0) }),
      let process = words.last.flatMap({ Int32($0) })
    else { throw CocoaError(.executableLoad, userInfo: ["errors": result.errors]) }
    self.port = port
    self.process = process
  }

  package func stop() { kill(process, SIGKILL) }

  deinit { stop() }
}
