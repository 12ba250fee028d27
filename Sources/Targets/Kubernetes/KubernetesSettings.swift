package import Deployments

/// The settings of a target of the kind `kubernetes`.
package struct KubernetesSettings: Sendable {
  /// A taint of nodes that servers with GPUs accept.
  package struct Toleration: Sendable {
    /// The effects of a taint.
    package enum Effect: String, Sendable, CaseIterable {
      case noSchedule = "NoSchedule"
      case preferNoSchedule = "PreferNoSchedule"
      case noExecute = "NoExecute"
    }

    /// The key of the taint.
    package let key: QualifiedName
    /// The value of the taint, or nil for any.
    package let value: LabelValue?
    /// The effect, or nil for all.
    package let effect: Effect?

    package init(_ key: QualifiedName, value: LabelValue? = nil, effect: Effect? = nil) {
      self.key = key
      self.value = value
      self.effect = effect
    }
  }

  /// How many nodes can mount a volume.
  package enum Access: String, Sendable, CaseIterable { case one, many }

  /// The kernel's driver of Intel GPUs, which the resource of Intel's device plugin is named after.
  package enum IntelDriver: String, Sendable, CaseIterable { case i915, xe }

  /// A Pod Security Standard (Kubernetes 1.36, Pod Security Standards).
  package enum Security: String, Sendable, CaseIterable { case baseline, restricted }

  /// The volumes that amm claims.
  package struct Storage: Sendable {
    /// The storage class, or nil for the cluster's default.
    package var className: ClusterDomain?
    /// How many nodes can mount a volume.
    package var access = Access.one
    /// The size of each volume.
    package var size = ByteCount.gibibytes(100)

    package init() {}
  }

  /// The context of `kubectl` that leads to the cluster, or nil for the current one.
  package var context: String?
  /// The namespace of all objects, or nil for the one that `kubectl` uses.
  package var namespace: ClusterName?
  /// The runtime class of servers with NVIDIA GPUs, or nil for the nodes' default.
  package var runtimeClass: ClusterDomain?
  /// The labels of the nodes for servers with GPUs, sorted by key.
  package var nodeSelector: [(key: QualifiedName, value: LabelValue)] = []
  /// The taints that servers with GPUs accept.
  package var tolerations: [Toleration] = []
  /// The kernel's driver of Intel GPUs.
  package var intelDriver = IntelDriver.i915
  /// The volumes that amm claims.
  package var storage = Storage()
  /// The oldest release that the objects are written for.
  package var release = ClusterRelease.oldest
  /// The Pod Security Standard that the pods meet.
  package var security = Security.baseline

  package init() {}
}
