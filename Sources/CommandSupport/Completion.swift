package import ArgumentParser
import Deployments
import Diagnostics
import Host
import Operations
import Profiles
import Schema
import Workspaces

/// The words that a shell offers after TAB: names from the workspace that the command line selects.
///
/// Completion never fails and prints no errors: a broken workspace offers what can be read of it.
package enum Completion {
  /// The paths of all profiles, including those of the library.
  package static let profiles = kind { profileIDs($0) }
  /// The names of all instances.
  package static let instances = kind { instanceNames($0) }
  /// The names that `amm info` accepts.
  package static let profilesAndInstances = kind { instanceNames($0) + profileIDs($0) }
  /// The categories: the first folder of each profile's path.
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
  /// The names of all tasks, including those that come with amm.
  package static let tasks = kind { TaskFolder($0).names }
  /// The names of all runtimes.
  package static let runtimes = CompletionKind.list(Runtimes.names)

  private static func kind(
    _ words: @escaping @Sendable (WorkspaceFolder) -> [String]
  ) -> CompletionKind {
    .custom { arguments, _, prefix in
      // Another user's workspace offers nothing. A shell reads each line as a word.
      guard let folder = try? folder(of: arguments) else { return [] }
      return words(folder).filter {
        $0.hasPrefix(prefix) && !$0.unicodeScalars.contains(where: \.controlsText)
      }
    }
  }

  /// Returns the workspace that an incomplete command line selects.
  private static func folder(of arguments: [String]) throws(HostError) -> WorkspaceFolder {
    var written: String?
    for (option, value) in zip(arguments, arguments.dropFirst())
    where option == "--workspace" || option == "-w" {
      written = value
    }
    for argument in arguments where argument.hasPrefix("--workspace=") {
      written = String(argument.dropFirst("--workspace=".count))
    }
    // The shell has not expanded the path yet.
    if let path = written, path.hasPrefix("~/"), let home = Terminal.variable("HOME") {
      written = home + path.dropFirst()
    }
    return try .find(written, on: .here)
  }

  /// Returns the profiles' paths from the file names only: reading all files would be too slow for
  /// completion.
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
