import Deployments
import Diagnostics
import Profiles
import Schema
import Targets

extension WorkspaceChecks {
  /// Checks the length of a launch with the variables, labels and keys that its instance adds.
  ///
  /// Without them, the profile's own check reports the problem.
  static let launchTooLong = WorkspaceCheck(LaunchChecks.launchTooLong.rule) {
    workspace, rule, collector in
    for instance in workspace.instances {
      guard let active = instance.active else { continue }
      let own = instance.addedLengths.reduce(0) { $0.addingSaturated($1) }
      guard own > 0, let objection = LaunchChecks.objection(to: active.launch, with: own) else {
        continue
      }
      let profile = active.profile
      collector.emit(
        rule, instance.name.range, "'\(instance.name.value.text)': the \(objection)",
        help: "put long values into a file, and mount it with 'volumes'",
        notes: [
          .init(
            SourceLocation(profile.source, profile.name.range), "most of it comes from this profile"
          )
        ])
    }
  }
}

extension Instance {
  /// The length in bytes of each item that the instance adds to the unit.
  fileprivate var addedLengths: [Int] {
    environments.joined().map { $0.name.value.text.utf8.count + $0.item.value.unitLength }
      + labels.map { $0.name.value.text.utf8.count + $0.item.value.text.unitLength }
      + (unitAdditions?.entries ?? []).flatMap { entry in
        entry.value.values.map { entry.value.key.utf8.count + $0.text.unitLength }
      }
  }
}
