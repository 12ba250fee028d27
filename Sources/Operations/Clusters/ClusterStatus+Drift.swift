import Targets
import Text

extension KubernetesSettings {
  /// The option of `kubectl` for the context after a blank, as a person types it; empty without one.
  var contextOption: String { context.map { " --context " + $0.shellWord } ?? "" }

  /// The options of `kubectl` for the cluster, each after a blank.
  var options: String { contextOption + (namespace.map { " --namespace " + $0.text } ?? "") }
}

extension ClusterStatus {
  /// Differences between the workspace and the cluster's objects.
  var drift: [Drift] {
    let apply =
      "'kubectl\(context) apply -k generated/\(target)/kubernetes' changes the cluster"
    let changed = servers.compactMap { server in
      server.difference.map {
        Drift(kind: .cluster, subject: "\(target)/\(server.name)", detail: $0, help: apply)
      }
    }
    let missing = servers.filter { $0.isAutomatic && $0.state == .missing && silence == nil }.map {
      Drift(
        kind: .cluster, subject: "\(target)/\($0.name)", detail: "is not in the cluster",
        help: apply
      )
    }
    let gone = leftovers.map { leftover in
      Drift(
        kind: .cluster, subject: "\(target)/\(leftover.object)",
        detail: "is not in the workspace",
        help: "'kubectl delete \(removal(of: leftover))\(options)' removes it")
    }
    return changed + missing + gone
  }

  /// Returns what removes an object: all objects of its instance, unless the workspace still has it.
  private func removal(of leftover: Leftover) -> String {
    guard !leftover.instance.isEmpty, !servers.contains(where: { $0.name == leftover.instance })
    else { return leftover.object }
    // A cluster without the definition of a kind refuses the command.
    let kind = leftover.object.prefix { $0 != "/" }
    return
      "\(kind),service,poddisruptionbudget --selector \(("ai-models.instance=" + leftover.instance).shellWord)"
  }
}
