import Deployments
import Diagnostics
import Schema

/// Any program in a container.
enum CustomCompanion: CompanionKind {
  static let name = "custom"
  static let summary = "any image"
  static let unused = ["stop_after_idle", "api_key"]
  static let getsKeys = false
  static let needsServers = false

  static func problem(with draft: CompanionDraft) -> CompanionProblem? {
    let missing = [
      draft.section.image == nil ? "image" : nil,
      draft.section.containerPort == nil ? "container_port" : nil,
    ].compactMap { $0 }
    guard let first = missing.first else { return nil }
    return CompanionProblem(
      range: draft.name.range, message: "'\(draft.name.value.text)' has no '\(first)'",
      help: first == "image"
        ? "write 'image: REGISTRY/NAME:TAG'"
        : "write 'container_port: PORT', the port that it listens on in its container")
  }

  static func program(of draft: CompanionDraft, using servers: UsedServers) -> Companion.Program? {
    guard
      var container = draft.container(variables: [], using: servers)
    else { return nil }
    container.arguments = (draft.section.arguments?.value ?? []).map(\.value)
    return .container(container)
  }
}
