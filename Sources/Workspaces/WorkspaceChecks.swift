package import Diagnostics

/// Something that must hold across a workspace's instances.
package struct WorkspaceCheck: Sendable {
  package let rule: Rule
  package let run: @Sendable (WorkspaceDraft, Rule, DiagnosticCollector) -> Void

  init(
    _ rule: Rule, _ run: @escaping @Sendable (WorkspaceDraft, Rule, DiagnosticCollector) -> Void
  ) {
    self.rule = rule
    self.run = run
  }
}

/// The list: one line a check.
package enum WorkspaceChecks {
  package static let all: [WorkspaceCheck] = [
    portInUse, privilegedPort, longName, activeLink, strayLink, invalidProfile,
    runtimeNotAccepted, mixedGPUs, cacheConflict, tokenSource, reservedVariable, secretVariable,
    hostMemory, hostCores, hostGPUMemory, unknownGPU, imageForGPU, quantizationOnGPU, shardsOnGPUs,
    gpuShare, gatedModel, launchTooLong, mountTwice, hostExposed, noInstances,
  ]
}
