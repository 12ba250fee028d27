import Diagnostics
import Schema
import Workspaces
import YAML

/// What several servers of a file have to do with each other.
extension ImportReader {
  /// The rules that compare instances with each other.
  static let ofSeveral: Set = ["port-in-use", "cache-conflict"]

  /// Returns the problems that servers have with each other, at their places in the source.
  ///
  /// - Parameter areTogether: Whether the servers run at the same time, unless the file says otherwise.
  func judge(together areTogether: Bool) -> [Diagnostic] {
    guard servers.count > 1 else { return [] }
    let all = workspace(of: servers)
    let problems = judge(servers, all) { Self.ofSeveral.contains($0) }
    let onGPUs = areTogether ? servers.filter(\.showsGPUs) : []
    guard onGPUs.count > 1 else { return problems }
    let made = onGPUs.count == servers.count ? all : workspace(of: onGPUs)
    return problems
      + judge(onGPUs, made) { $0 == "gpu-share" }.map { problem in
        Diagnostic(
          problem.rule, at: problem.location, problem.message,
          help: ["give each its own GPU, or lower the share of memory that they take"])
      }
  }

  /// A workspace of some servers: its `instances.yaml`, and what reading it gives.
  typealias Made = (text: ImportedText, outcome: Outcome<Workspace>)

  private static let path = "imported/instances.yaml"

  /// Returns a workspace with some servers and a companion.
  func workspace(of servers: [ImportedServer], with companion: ImportedText? = nil) -> Made {
    var text = ImportedText()
    text.add("version: 1")
    text.add("instances:")
    for server in servers { text.add(server.instance) }
    if let companion {
      text.add("companions:")
      text.add(companion)
    }
    let file = SourceFile(path: Self.path, text: text.text)
    let links = servers.map { server in
      ActiveLink(
        instance: server.name, path: "active/\(server.name).yaml",
        state: .profile(
          "imported/" + server.name,
          server.document.map { ActiveProfile(id: "imported/" + server.name, profile: $0) }))
    }
    let outcome = Composer.compose(file).then { node in
      Workspace.read(
        node, from: file, links: links,
        location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    }
    return (text, outcome)
  }

  /// Returns problems of instances in one workspace, at their places in the source.
  ///
  /// - Parameter isWanted: Whether a rule is told, by its code.
  func judge(
    _ servers: [ImportedServer], _ made: Made, where isWanted: (String) -> Bool
  ) -> [Diagnostic] {
    made.outcome.diagnostics.compactMap { diagnostic in
      // A profile with errors was told.
      guard diagnostic.location.path == Self.path, isWanted(diagnostic.rule.code) else {
        return nil
      }
      return Diagnostic(
        diagnostic.rule,
        at: SourceLocation(source, made.text.origin(of: diagnostic) ?? servers[0].range),
        Self.plain(diagnostic.message),
        help: diagnostic.rule.code == "too-few-gpus"
          ? ["lower the number of shards, or give the server more GPUs"] : diagnostic.help)
    }
  }

  /// Returns a message without the place of a setting in a workspace: `'instances.chat.volumes'`.
  private static func plain(_ message: String) -> String {
    let start = "'instances."
    var (plain, rest) = ("", message[...])
    while let found = rest.firstRange(of: start) {
      plain += rest[..<found.lowerBound] + "'"
      rest = rest[found.upperBound...]
      // A name has no dot.
      if let dot = rest.firstIndex(of: ".") { rest = rest[rest.index(after: dot)...] }
    }
    return plain + rest
  }
}
