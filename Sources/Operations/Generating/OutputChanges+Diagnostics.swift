import Deployments
package import Diagnostics
import Profiles
package import Workspaces

extension OutputChanges {
  /// The changed files as problems of the files that they are generated from: an instance's profile, or
  /// `instances.yaml`.
  ///
  /// - Parameter output: The path of the output folder as the user sees it.
  package func diagnostics(
    of workspace: Workspace, in folder: WorkspaceFolder, output: String
  ) -> [Diagnostic] {
    changed.map { change in
      Diagnostic(
        FileRules.staleFile, at: SourceLocation(path: source(of: change, workspace, folder)),
        "\(output)/\(change.path) \(change.explanation)", help: ["run 'amm generate'"])
    }
  }

  private func source(
    of change: Change, _ workspace: Workspace, _ folder: WorkspaceFolder
  ) -> String {
    // A unit is named like its instance, or like its instance and a task.
    let file = change.path.split(separator: "/").last.map(String.init) ?? ""
    let stem = file.prefix { $0 != "." }
    let workload = workspace.deployment.workloads
      .filter { stem == $0.name.text || stem.hasPrefix($0.name.text + "-") }
      .max { $0.name.text.utf8.count < $1.name.text.utf8.count }
    guard let workload else { return folder.file("instances.yaml") }
    return workspace.profile(of: workload.name.text)?.source.path
      ?? folder.file("instances.yaml")
  }
}
