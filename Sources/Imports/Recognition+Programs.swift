import Deployments
import Diagnostics
import Profiles
import Schema

/// The programs of servers, as other tools and amm itself start them.
extension Recognition {
  /// The words that start programs, those of amm for a server with a key included.
  static let programs: [(runtime: any Runtime.Type, words: [String])] = Runtimes.all.flatMap {
    runtime in
    (runtime.foreign.programs + (keyedStarts[runtime.name].map { [$0] } ?? []))
      .map { (runtime, $0) }
  }

  /// The words by which amm starts programs that accept a key only as an argument, by runtime.
  private static let keyedStarts: [String: [String]] = {
    var starts: [String: [String]] = [:]
    for runtime in Runtimes.all {
      guard let program = runtime.foreign.programs.first else { continue }
      let words = runtime.asking(program.compactMap(Argument.init)).map(\.text)
      if words != program { starts[runtime.name] = words }
    }
    return starts
  }()

  /// Whether words are those by which amm starts a program with a key.
  static func isKeyed(_ words: [String], of runtime: any Runtime.Type) -> Bool {
    keyedStarts[runtime.name].map { $0.dropFirst() == words.dropFirst() } ?? false
  }

  /// Returns a container of amm that runs none of its programs.
  static func custom(_ server: ForeignServer) -> Server? {
    guard server.isOwn, server.image != nil, !OwnTraces.isStep(server) else { return nil }
    var found = Server(runtime: Custom.self, arguments: server.command)
    found.entrypoint = server.entrypoint?.map(\.value)
    return found
  }
}
