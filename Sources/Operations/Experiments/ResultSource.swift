import Deployments
import Diagnostics
package import Experiments
import Profiles
import Schema
import Workspaces

/// What a logged score is of: the name that its model has in the experiment, and what served it.
package struct ResultSource {
  package let name: String
  /// Nil where that is not known; then the configuration that the experiment saw last counts.
  package let served: ServedModel?

  /// Looks for a model among those that the workspace serves now.
  ///
  /// A score is worth keeping without its source, too, so what is not known is said, no more.
  ///
  /// - Parameters:
  ///   - word: A profile's path, file name or name, or the model's own.
  ///   - instance: The instance that served it; nil where there is only one.
  /// - Throws: `HostError`; `OperationError` when there is no such instance.
  package static func find(
    _ word: String, on instance: String?, _ folder: WorkspaceFolder
  ) throws -> ResultSource {
    guard let workspace = try WorkspaceLoader(folder).load().value else {
      folder.machine.tell(
        .note("what served it is not known: 'amm validate' shows what is wrong"))
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
            : "\(Phrase.allOf(candidates.map(\.name.value.text))) does")
      }
      return of(only, in: workspace, on: folder.machine)
    }
    switch candidates.count {
    case 1: return of(candidates[0], in: workspace, on: folder.machine)
    case 0:
      folder.machine.tell(
        .note("no instance serves '\(word)' now, so what served it is not known"))
    default:
      let names = Phrase.allOf(candidates.map(\.name.value.text))
      folder.machine.tell(
        .note("\(names) serve '\(word)'; '--instance' says which one is meant"))
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
