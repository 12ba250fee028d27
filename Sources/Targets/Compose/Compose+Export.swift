package import Deployments
package import Values

extension Compose {
  /// Returns services for use without amm: without its labels, and with stored secrets as variables of
  /// the caller's environment.
  package static func exported(_ deployment: Deployment) -> Value {
    let containers = Dictionary(
      deployment.workloads.flatMap(\.containers).map { ($0.name.text, $0) },
      uniquingKeysWith: { first, _ in first })
    guard case .set(let document) = ComposeDocument.value(of: deployment) else { return .null }
    return .set(
      document.map { member in
        guard case .set(let items) = member.value else { return member }
        return .init(
          member.name,
          .set(
            items.map { item in
              .init(
                item.name,
                member.name == "services"
                  ? exported(item.value, containers[item.name]) : withoutLabels(item.value))
            }))
      })
  }

  /// Whether an objection is to something that an export has in another form.
  package static func isExported(_ objection: Objection) -> Bool {
    objection.rule == ComposeObjections.secret
  }

  private static func withoutLabels(_ item: Value) -> Value {
    guard case .set(let members) = item else { return item }
    return .set(members.filter { $0.name != "labels" })
  }

  private static func exported(_ service: Value, _ container: Container?) -> Value {
    guard case .set(let members) = service, let container else { return service }
    let passed = container.secrets.compactMap { secret -> Value.Member? in
      guard case .stored = secret.source else { return nil }
      return .init(secret.variable.text, .null)
    }
    var out: [Value.Member] = []
    for member in members {
      switch member.name {
      case "labels":
        guard case .set(let labels) = member.value else { continue }
        let own = labels.filter { !$0.name.hasPrefix("ai-models.") }
        if !own.isEmpty { out.append(.init("labels", .set(own))) }
      case "environment":
        guard case .set(let variables) = member.value else { continue }
        out.append(.init("environment", .set(variables + passed)))
      default: out.append(member)
      }
    }
    if !passed.isEmpty, !out.contains(where: { $0.name == "environment" }) {
      out.append(.init("environment", .set(passed)))
    }
    return .set(out)
  }
}
