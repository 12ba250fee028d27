package import Diagnostics

/// A check of a workspace and its instances.
package struct WorkspaceCheck: Sendable {
  /// The rule that the check reports.
  package let rule: Rule
  /// Reports the violations of the rule.
  package let run: @Sendable (WorkspaceDraft, Rule, DiagnosticCollector) -> Void

  init(
    _ rule: Rule, _ run: @escaping @Sendable (WorkspaceDraft, Rule, DiagnosticCollector) -> Void
  ) {
    self.rule = rule
    self.run = run
  }
}

/// The list of all workspace checks.
package enum WorkspaceChecks {
  /// All checks of a workspace, in the order in which they run.
  package static let all: [WorkspaceCheck] =
    [
      portInUse, privilegedPort, longName, activeLink, strayLink, invalidProfile,
      runtimeNotAccepted, mixedGPUs, gpuTwice, cacheConflict, reservedVariable,
      secretVariable,
      hostMemory, hostCores, hostGPUMemory, unknownGPU, imageForGPU, quantizationOnGPU,
      shardsOnGPUs,
      gpuShare, gatedModel, launchTooLong, mountTwice, mountWithin, hostExposed, hiddenFiles,
      privateLabel, sharedMemorySize, userOfImage, pinnedUpdate, updateOfNoRegistry,
      severalModels, modelName, settingWithoutEffect, startTwice, exclusiveStart, groupOfOne,
      exclusiveLarge,
      exclusiveOnDemand,
      onDemandHealth,
      quadletKey, openingKey, keyOfRuntime,
      openWithoutKey, secretSource, noInstances, lockedGated, notLocked, targetName, nodePools,
      span, choosingGPUs,
    ] + companionChecks

  /// The checks of a machine's ports, memory, GPUs and groups, which mean nothing for a cluster.
  static let ofMachine = Set(
    [
      portInUse, privilegedPort, hostMemory, hostCores, hostGPUMemory, unknownGPU, gpuShare,
      openWithoutKey, gpuTwice, exclusiveStart, groupOfOne, exclusiveLarge, exclusiveOnDemand,
    ].map(\.rule.code))

  /// The checks that look at the workspace as a whole, whatever its targets are.
  static let ofWhole = Set(
    ([activeLink, strayLink, invalidProfile, longName, noInstances, targetName]
      + companionChecks).map(\.rule.code))
}
