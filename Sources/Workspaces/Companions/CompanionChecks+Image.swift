import Deployments
import Diagnostics
import Profiles
import Schema

/// Checks of companions' images and of what amm relies on in them, by the rules for servers.
extension WorkspaceChecks {
  static let companionImages = [
    companionRegistry, companionTag, companionVariables, companionLogin,
  ]

  private static let companionRegistry = WorkspaceCheck(Checks.imageRegistry.rule) {
    workspace, rule, collector in
    for draft in workspace.companions {
      guard let image = draft.section.image, draft.image != nil, !image.value.namesRegistry else {
        continue
      }
      let path = image.value.name.contains("/") ? "docker.io/" : "docker.io/library/"
      collector.emit(
        rule, image.range, "'\(image.value.text)' does not name its registry",
        help: "write '\(path)\(image.value.text)' for Docker Hub")
    }
  }

  private static let companionTag = WorkspaceCheck(Checks.movingTag.rule) {
    workspace, rule, collector in
    for draft in workspace.companions {
      // A lock pins the image, and says so if it does not.
      guard let image = draft.section.image, draft.image != nil, workspace.lock == nil,
        Checks.isMoving(image.value)
      else { continue }
      collector.emit(
        rule, image.range,
        image.value.tag.map { "the tag '\($0)' names a different image after each new version" }
          ?? "the image has no tag, so 'latest' is used",
        help: "use the tag of a version, a digest, or 'amm lock'")
    }
  }

  private static let companionVariables = WorkspaceCheck(reservedVariable.rule) {
    workspace, rule, collector in
    for draft in workspace.companions {
      for variable in draft.section.environment?.value ?? []
      where draft.kind?.reserved.contains(variable.name.value.text) == true {
        collector.emit(
          rule, variable.name.range,
          "amm sets '\(variable.name.value.text)' itself for \(draft.kind?.name ?? "")",
          help: "remove the line")
      }
    }
  }

  private static let companionLogin = WorkspaceCheck(openWithoutKey.rule) {
    workspace, rule, collector in
    for draft in workspace.companions {
      guard let bind = draft.section.bind, !bind.value.isLoopback,
        let variable = draft.section.environment?.value.first(where: {
          draft.kind?.login == $0.name.value.text && $0.item.value.lowercased() == "false"
        })
      else { continue }
      collector.emit(
        rule, bind.range,
        "'\(draft.name.value.text)' is open to the network and does not ask who somebody is",
        help: "remove '\(variable.name.value.text)' or 'bind'",
        notes: [collector.note(variable.name.range, "logins are turned off here")])
    }
  }
}
