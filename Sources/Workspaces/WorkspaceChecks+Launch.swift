import Deployments
import Diagnostics
import Profiles
import Schema

extension WorkspaceChecks {
  /// A launch with the variables that its instance adds; without them, the profile's own check says so.
  static let launchTooLong = WorkspaceCheck(LaunchChecks.launchTooLong.rule) {
    workspace, rule, collector in
    for instance in workspace.instances {
      guard let active = instance.active else { continue }
      let own = instance.environments.joined().reduce(0) { sum, pair in
        sum.addingSaturated(pair.name.value.text.utf8.count + pair.item.value.unitLength)
      }
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
