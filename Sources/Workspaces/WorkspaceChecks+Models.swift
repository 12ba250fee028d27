import Deployments
import Diagnostics
import Profiles
import Schema
package import YAML

/// Servers with several models.
extension WorkspaceChecks {
  static let severalModels = WorkspaceCheck(
    Rule(
      "several-models", "A server cannot have the models that its instance lists.",
      Explanation(
        """
        llama.cpp and Ollama load the model that a request names. The profiles must be of one \
        runtime and one image, each with its own model name. Settings of the server itself, such as \
        Ollama's variables, come from the profile of the active link.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, models: [coding/dmeo]}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080}
          """,
        source: "llama.cpp b11434, tools/server/README.md; Ollama 0.32.15, server/sched.go"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      let name = instance.name.value.text
      for model in instance.more where model.isMissing {
        collector.emit(
          rule, model.id.range, "the workspace has no profile '\(model.id.value.abbreviated)'",
          help:
            "write its path below profiles/, without '.yaml', such as '\(instance.active?.id ?? "coding/mine")'"
        )
      }
      for model in instance.more where !model.isMissing && model.active == nil {
        collector.emit(
          rule, model.id.range, "the profile '\(model.id.value)' has errors",
          help: "fix the profile, or remove it here")
      }
      if let (id, conflict) = instance.conflict {
        collector.emit(
          rule, id.range, "'\(id.value)' of '\(name)' \(conflict.message)", help: conflict.help)
      } else if let entrypoint = instance.setting(\.entrypoint),
        instance.active?.launch.entrypoint != nil
      {
        collector.emit(
          rule, entrypoint.range, "amm sets the entry point of '\(name)', which has several models",
          help: "remove the line")
      }
    }
  }
}

extension WorkspaceChecks {
  static let modelName = WorkspaceCheck(
    Rule(
      "model-name", "A server cannot use the name of its instance's model.",
      Explanation(
        """
        amm does not know how to tell a custom server the name of its model, and a router of \
        llama.cpp has several models.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, model_name: chat}
          # profiles/coding/demo.yaml
          container: {runtime: custom, image: "ghcr.io/acme/server:1"}
          custom: {model_argument: --model}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          container: {runtime: custom, image: "ghcr.io/acme/server:1"}
          custom: {model_argument: --model}
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let name = instance.modelName, let active = instance.active,
        instance.named(active) == nil
      else { continue }
      let isRouter = !instance.more.isEmpty
      collector.emit(
        rule, name.range,
        isRouter
          ? "'\(instance.name.value.text)' has several models, and 'model_name' is a name for one"
          : "amm cannot tell a server of \(active.profile.runtime.value.name) the name of its model",
        help: "remove the line",
        notes: [active.profile.note(active.profile.runtime.range, "the runtime is chosen here")])
    }
  }
}

extension Instance {
  /// Returns the profile with the instance's name for its model; nil without a name, or if its server
  /// cannot be told one.
  func named(_ active: ActiveProfile) -> ActiveProfile? {
    guard let modelName else { return nil }
    var launch = active.launch
    guard launch.rename(to: modelName.value, for: active.profile) else { return nil }
    return ActiveProfile(id: active.id, profile: active.profile, launch: launch)
  }
}

extension ActiveProfile {
  /// Returns the profile with the launch of a server that also has further models, and the reason if
  /// it cannot have them.
  func joined(
    by more: [MoreModel]
  ) -> (ActiveProfile, (id: Located<String>, conflict: ModelConflict)?) {
    let others = more.filter { $0.active != nil }
    guard !others.isEmpty else { return (self, nil) }
    let all = [(profile, launch)] + others.compactMap(\.active).map { ($0.profile, $0.launch) }
    do throws(ModelConflict) {
      return (ActiveProfile(id: id, profile: profile, launch: try Launch.of(all)), nil)
    } catch {
      return (self, (others[max(0, min(others.count, error.place) - 1)].id, error))
    }
  }
}

extension Workspace {
  /// Returns the IDs of the profiles that instances list as further models, without duplicates.
  package static func listedProfiles(in node: Node) -> [String] {
    var found: [String] = []
    var seen: Set<String> = []
    for instance in node.entries?.first(where: { $0.key == "instances" })?.value.entries ?? [] {
      for entry in instance.value.entries ?? [] where entry.key == "models" {
        for item in entry.value.items ?? [] {
          guard let id = item.scalar?.text, seen.insert(id).inserted else { continue }
          found.append(id)
        }
      }
    }
    return found
  }
}
