import Deployments
import Diagnostics
import Targets
import Text

/// Checks of what a cluster must have before the objects of a target run on it.
package struct ClusterExaminations {
  private let cluster: Cluster

  /// Creates the checks of a cluster.
  package init(_ cluster: Cluster) { self.cluster = cluster }

  /// All findings, the cluster's own first.
  ///
  /// Whoever may use a namespace only cannot see nodes and classes; what is not seen is said.
  package var all: [Finding] {
    let parts: [(subject: String, look: () throws(Cluster.Silence) -> [Finding])] = [
      ("namespace", { () throws(Cluster.Silence) in try [namespace()] }), ("secrets", secrets),
      ("GPUs", resources), ("classes", classes), ("LeaderWorkerSet", definition),
    ]
    var findings: [Finding] = []
    var silences: [Cluster.Silence] = []
    for part in parts {
      do throws(Cluster.Silence) {
        findings += try part.look()
        // Without its namespace, the rest is missing, too.
        if part.subject == "namespace", findings[0].state == .error { return findings }
      } catch {
        silences.append(error)
        findings.append(Finding(part.subject, .unseen, "not checked: \(error.reason)"))
      }
      // A cluster that answers nothing keeps each question waiting.
      let isSilent = findings.allSatisfy { $0.state == .unseen }
      if let first = silences.first, isSilent, silences.count > 1 || !machine.has("kubectl") {
        return [unanswered(first)]
      }
    }
    return findings
  }

  private var machine: Machine { cluster.machine }

  /// The option of `kubectl` for the context, after a blank.
  private var context: String { cluster.target.settings.contextOption }

  private func unanswered(_ silence: Cluster.Silence) -> Finding {
    Finding(
      cluster.name, .error, silence.reason,
      fix: machine.has("kubectl") ? "kubectl config get-contexts" : nil)
  }

  /// Returns whether the cluster has an object.
  private func has(_ words: [String]) throws(Cluster.Silence) -> Bool {
    try !cluster.rows(["get"] + words + ["--ignore-not-found", "--output=name"], columns: 1).isEmpty
  }

  private func namespace() throws(Cluster.Silence) -> Finding {
    guard let name = cluster.target.settings.namespace?.text else {
      // Any question shows whether the cluster answers.
      _ = try has(["namespaces", "default"])
      return Finding("namespace", .ok, "that of kubectl's configuration")
    }
    return try has(["namespaces", name])
      ? Finding("namespace", .ok, name)
      : Finding(
        "namespace", .error, "the cluster has no '\(name)'",
        fix: "kubectl\(context) create namespace \(name)"
      )
  }

  /// Checks that secrets have the keys; the values are never read.
  private func secrets() throws(Cluster.Silence) -> [Finding] {
    let wanted = Set(
      cluster.deployment.containers.flatMap(\.secrets).compactMap { reference -> [String]? in
        guard case .stored(let name, let key?) = reference.source else { return nil }
        return [name.text, key.text]
      })
    var findings: [Finding] = []
    for names in wanted.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let (name, key) = (names[0], names[1])
      let subject = "secret \(name)"
      func command(_ words: [String]) -> String {
        cluster.kubectl(words).filter { !$0.hasPrefix("--request-timeout") }.map(\.shellWord)
          .joined(separator: " ")
      }
      // One command has all keys of a secret.
      let files = wanted.filter { $0[0] == name }.map { "--from-file=./\($0[1])" }.sorted()
      let create = command(["create", "secret", "generic", name] + files)
      let patch =
        command(["create", "secret", "generic", name, "--from-file=./\(key)"])
        + " --dry-run=client --output=json | "
        + command(["patch", "secret", name, "--patch-file=/dev/stdin"])
      let keys = try cluster.rows(
        [
          "get", "secrets", name, "--ignore-not-found",
          "--output=go-template={{range $key, $_ := .data}}{{$key}}{{\"\\n\"}}{{end}}",
        ], columns: 1
      ).flatMap { $0 }
      if keys.contains(key) {
        findings.append(Finding(subject, .ok, "has the key '\(key)'"))
      } else if try has(["secrets", name]) {
        findings.append(
          Finding(subject, .error, "has no key '\(key)', which a server needs", fix: patch))
      } else {
        findings.append(Finding(subject, .error, "is missing", fix: create))
      }
    }
    return findings
  }

  private func classes() throws(Cluster.Silence) -> [Finding] {
    var findings: [Finding] = []
    let wanted = [
      ("storage class", "storageclasses.storage.k8s.io", cluster.target.settings.storage.className),
      ("runtime class", "runtimeclasses.node.k8s.io", cluster.target.settings.runtimeClass),
    ]
    for (subject, kind, name) in wanted {
      guard let name else { continue }
      findings.append(
        try has([kind, name.text])
          ? Finding(subject, .ok, name.text)
          : Finding(
            subject, .error, "the cluster has no '\(name.text)'",
            fix: "kubectl\(context) get \(kind)"))
    }
    return findings
  }

  /// Checks that nodes offer the GPUs that servers ask for.
  private func resources() throws(Cluster.Silence) -> [Finding] {
    var findings: [Finding] = []
    for resource in cluster.target.resources(of: cluster.deployment) {
      let path = resource.name.replacing(".", with: "\\.")
      let counts = try cluster.rows(
        ["get", "nodes", Cluster.columns([".status.allocatable.\(path)"])], columns: 1
      )
      .compactMap { Int($0[0]) }
      let most = counts.max() ?? 0
      let subject = resource.name
      if most == 0 {
        findings.append(
          Finding(
            subject, .error, "no node offers it",
            fix: "kubectl\(context) get daemonsets --all-namespaces"))
      } else if most < resource.most {
        findings.append(
          Finding(
            subject, .error,
            "a node has \(most) at most, and a server needs \(resource.most)", fix: "amm validate"))
      } else {
        findings.append(
          Finding(
            subject, .ok,
            "\(counts.reduce(0, +)) on \(Phrase.count(counts.count { $0 > 0 }, "node"))"))
      }
    }
    return findings
  }

  private func definition() throws(Cluster.Silence) -> [Finding] {
    guard cluster.deployment.workloads.contains(where: { $0.span != nil }) else { return [] }
    let subject = "LeaderWorkerSet"
    return try [
      has(["customresourcedefinitions", "leaderworkersets.leaderworkerset.x-k8s.io"])
        ? Finding(subject, .ok, "is installed")
        : Finding(
          subject, .error, "is not installed, and a server spans nodes",
          fix: "see https://lws.sigs.k8s.io/docs/installation/")
    ]
  }
}
