import Deployments
import Diagnostics
package import Experiments
import Profiles
import Schema
import Workspaces

/// The source of a logged score: the model's name in the experiment, and the configuration that
/// served it.
package struct ResultSource {
  package let name: String
  /// Nil if unknown; then the last configuration in the experiment counts.
  package let served: ServedModel?

  /// Finds a model among those that the workspace serves now.
  ///
  /// A score is valuable even without its source, so an unknown source is only noted.
  ///
  /// - Parameters:
  ///   - word: The path, file name or name of a profile, or the name of a model.
  ///   - instance: The instance that served it; nil if there is only one.
  /// - Throws: `HostError`; `OperationError` if there is no such instance.
  package static func find(
    _ word: String, on instance: String?, _ folder: WorkspaceFolder
  ) throws -> ResultSource {
    guard let workspace = try WorkspaceLoader(folder).load().value else {
      folder.machine.tell(
        .note(
          "the workspace has errors, which 'amm validate' shows; the result gets the last server "
            + "that the experiment recorded for '\(word)', or none"))
      return ResultSource(name: word, served: nil)
    }
    let candidates = workspace.instances(serving: word)
    if let instance {
      guard let only = candidates.first(where: { $0.name.value.text == instance }) else {
        let names = workspace.instances.map(\.name.value.text)
        throw OperationError(
          .invalid,
          names.contains(instance)
            ? "'\(instance)' does not serve '\(word)'" : "there is no instance '\(instance)'",
          help: candidates.isEmpty
            ? "no instance serves it; 'amm status' shows what is served"
            : "it is served by \(Phrase.allOf(candidates.map(\.name.value.text)))")
      }
      return of(only, in: workspace, on: folder.machine)
    }
    switch candidates.count {
    case 1: return of(candidates[0], in: workspace, on: folder.machine)
    case 0:
      folder.machine.tell(
        .note(
          "no instance serves '\(word)' now; the result gets the last server that the experiment "
            + "recorded for it, or none"))
    default:
      let names = Phrase.allOf(candidates.map(\.name.value.text))
      folder.machine.tell(
        .note("\(names) serve '\(word)'; choose one with '--instance'"))
    }
    return ResultSource(
      name: candidates.first?.active?.profile.name.value ?? word, served: nil)
  }

  private static func of(
    _ instance: Instance, in workspace: Workspace, on machine: Machine
  ) -> ResultSource {
    ResultSource(
      name: instance.active?.profile.name.value ?? instance.name.value.text,
      served: ServedModel.of(instance.name.value.text, in: workspace, on: machine))
  }
}
