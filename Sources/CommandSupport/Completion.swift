package import ArgumentParser
import Deployments
import Diagnostics
import Host
import Operations
import Profiles
import Schema
import Workspaces

/// What a shell offers after TAB: the words of the workspace that the command line names.
///
/// Never fails and never says anything: a broken workspace offers what of it can be read.
package enum Completion {
  /// The paths of all profiles, those of the library included.
  package static let profiles = kind { profileIDs($0) }
  /// The names of all instances.
  package static let instances = kind { instanceNames($0) }
  /// What `amm info` takes.
  package static let profilesAndInstances = kind { instanceNames($0) + profileIDs($0) }
  /// The first folders of all profiles' paths.
  package static let categories = kind { folder in
    distinct(profileIDs(folder).compactMap { $0.split(separator: "/").first.map(String.init) })
  }
  /// The tags of all profiles.
  package static let tags = kind { folder in
    let profiles = (try? ProfileCatalog(folder))?.read().compactMap(\.profile) ?? []
    return distinct(profiles.flatMap { $0.document.tags?.value.map(\.value) ?? [] })
  }
  /// The names of all experiments.
  package static let experiments = kind { (try? ExperimentStore($0).ids()) ?? [] }
  /// The names of all tasks, amm's own included.
  package static let tasks = kind { TaskFolder($0).names }
  /// The names of all runtimes.
  package static let runtimes = CompletionKind.list(Runtimes.names)

  private static func kind(
    _ words: @escaping @Sendable (WorkspaceFolder) -> [String]
  ) -> CompletionKind {
    .custom { arguments, _, prefix in
      // Another user's workspace offers nothing. A shell takes each line for a word.
      guard let folder = try? folder(of: arguments) else { return [] }
      return words(folder).filter {
        $0.hasPrefix(prefix) && !$0.unicodeScalars.contains(where: \.controlsText)
      }
    }
  }

  /// The workspace that a half-written command line means.
  private static func folder(of arguments: [String]) throws(HostError) -> WorkspaceFolder {
    var written: String?
    for (option, value) in zip(arguments, arguments.dropFirst())
    where option == "--workspace" || option == "-w" {
      written = value
    }
    for argument in arguments where argument.hasPrefix("--workspace=") {
      written = String(argument.dropFirst("--workspace=".count))
    }
    // The shell has not expanded it yet.
    if let path = written, path.hasPrefix("~/"), let home = Terminal.variable("HOME") {
      written = home + path.dropFirst()
    }
    return try .find(written, on: .here)
  }

  /// By their files' names alone: reading them all would take longer than a keystroke should.
  private static func profileIDs(_ folder: WorkspaceFolder) -> [String] {
    let own = (try? WorkspaceLoader(folder))?.files ?? []
    let library = (try? ProfileFolder.library(on: folder.machine).files) ?? []
    return distinct((own + library).map(\.id))
  }

  private static func instanceNames(_ folder: WorkspaceFolder) -> [String] {
    (try? folder.instanceNames) ?? []
  }

  private static func distinct(_ words: [String]) -> [String] { Set(words).sorted() }
}
