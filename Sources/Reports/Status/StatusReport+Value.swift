import Deployments
package import Operations
package import Values

extension StatusReport {
  /// The report for programs.
  package var value: Value {
    .document([
      "workspace": .text(workspace),
      "verdict": .text(verdict.rawValue),
      "instances": .list(instances.map(\.value)),
      "companions": .list(
        companions.map {
          .set([
            "name": .text($0.companion.name.text), "kind": .text($0.companion.kind),
            "endpoint": .text($0.companion.url), "unit": $0.service.map { .text($0.name) },
            "state": $0.service.map { .text($0.active) },
          ])
        }),
      "clusters": .list(clusters.map(\.value)),
      "gpus": .list(
        gpus.map { gpu in
          .set([
            "name": .text(gpu.name), "device": gpu.device.map(Value.text),
            "used_bytes": .integer(gpu.used), "total_bytes": .integer(gpu.total),
            "planned_bytes": planned(on: gpu.device).map(Value.integer),
          ])
        }),
      "models": .set(models.map { .init($0.instance, .texts($0.lines)) }),
      "drift": .list(
        drift.map {
          .set([
            "kind": .text($0.kind.rawValue), "subject": .text($0.subject),
            "detail": .text($0.detail), "help": .text($0.help),
          ])
        }),
      "unseen": .texts(unseen),
    ])
  }
}

extension InstanceStatus {
  fileprivate var value: Value {
    .set([
      "name": .text(name),
      "profile": .text(workload.provenance.profile),
      "runtime": .text(workload.provenance.runtime),
      "model": .text(workload.provenance.model),
      "port": .integer(workload.exposure.host.number),
      "endpoint": .text(workload.url),
      "unit": service.map { .text($0.name) },
      "state": service.map { .text($0.active) },
      "since": service.map { .text($0.since) },
      "restarts": service.map { .integer($0.restarts) },
      "health": .text(health.rawValue),
      "other_models": otherModels.map(Value.texts),
      "runs_as_written": runsAsWritten.map(Value.boolean),
      "memory_bytes": memory.map(Value.integer),
      "planned_gpu_bytes": plannedGPUMemory.map(Value.integer),
      "remarks": .texts(remarks),
    ])
  }
}

extension ClusterStatus {
  fileprivate var value: Value {
    .set([
      "target": .text(target),
      "servers": .list(
        servers.map { server in
          .set([
            "name": .text(server.name), "endpoint": .text(server.url),
            "state": .text(server.state.rawValue), "wanted": .integer(server.wanted),
            "ready": .integer(server.ready), "restarts": .integer(server.restarts),
            "profile": server.profile.map(Value.text), "live_profile": server.live.map(Value.text),
            "problem": server.problem.map(Value.text),
          ])
        }),
    ])
  }
}
