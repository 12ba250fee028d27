package import Deployments
import Diagnostics
import Profiles
package import Schema
package import Targets
import Values
import YAML

/// A target.
package struct TargetSection: Record {
  package var kind: Located<String>?
  package var scope: Located<Scope>?
  package var hostName: Located<String>?
  package var host: Located<HostSettings>?
  package var context: Located<String>?
  package var namespace: Located<ClusterName>?
  package var runtimeClass: Located<ClusterDomain>?
  package var nodeSelector: Located<[Pair<QualifiedName, LabelValue>]>?
  package var tolerations: Located<[Located<TolerationSection>]>?
  package var intelDriver: Located<KubernetesSettings.IntelDriver>?
  package var storage: Located<StorageSection>?
  package var release: Located<ClusterRelease>?
  package var security: Located<KubernetesSettings.Security>?
  package var nodes: Located<[Pair<ResourceName, NodePoolSection>]>?

  package init() {}

  package static func section(meantBy text: String) -> String? {
    "{kind: \(Suggestion.nearest(to: text, among: Targets.kinds) ?? Targets.kinds[0])}"
  }

  package static let fields = FieldTable<TargetSection, Never>([
    Field(
      "kind", \.kind,
      .word(
        among: Targets.kinds,
        synonyms: [
          "docker": "compose", "docker-compose": "compose", "k8s": "kubernetes",
          "kube": "kubernetes", "quadlet": "podman", "systemd": "podman",
        ], plain: { .text($0) },
        find: { Targets.kinds.contains($0) ? $0 : nil }), required: true,
      "The program that runs the servers: \(Targets.all.map { "'\($0.kind)' (\($0.summary))" }.joined(separator: ", "))."
    ),
    Field(
      "scope", \.scope, .choice(synonyms: ["root": "system"]), default: "user",
      "The manager that runs the units of 'podman': your own, for rootless Podman, or the system's, for Podman as root."
    ),
    Field(
      "hostname", \.hostName, .hostName,
      default: "the name of a target of 'podman' if there are several, else any",
      "The host name of the machine that runs the servers."),
    Field(
      "host", \.host, section: HostSettings.self,
      "The hardware of the machine, for checks, instead of the workspace's 'host'."),
    Field(
      "context", \.context, .text(limit: 253), default: "the current one of 'kubectl'",
      "The context of 'kubectl' with which amm asks 'kubernetes', from 'kubectl config get-contexts'."
    ),
    Field(
      "namespace", \.namespace, .clusterName("a namespace's name"), default: "that of 'kubectl'",
      "The namespace of all objects of 'kubernetes', which must exist."),
    Field(
      "runtime_class", \.runtimeClass, .clusterDomain("a runtime class' name"),
      default: "the nodes'",
      "The runtime class of servers with NVIDIA GPUs on 'kubernetes', such as 'nvidia'."),
    Field(
      "node_selector", \.nodeSelector, .map(from: .qualifiedName, to: .labelValue),
      "The labels of nodes for servers with GPUs on 'kubernetes'."),
    Field(
      "tolerations", \.tolerations, .list(of: .record(TolerationSection.self)),
      "The taints of nodes that servers with GPUs accept on 'kubernetes'."),
    Field(
      "intel_driver", \.intelDriver, .choice(), default: "i915",
      "The kernel's driver of Intel GPUs on 'kubernetes', after which their resource is named."),
    Field(
      "storage", \.storage, section: StorageSection.self,
      "The volumes that servers on 'kubernetes' claim."),
    Field(
      "release", \.release, .clusterRelease, default: "\"\(ClusterRelease.oldest.text)\"",
      "The oldest release of 'kubernetes' that the objects are written for."),
    Field(
      "security", \.security, .choice(), default: "baseline",
      "The Pod Security Standard that servers on 'kubernetes' meet."),
    Field(
      "nodes", \.nodes,
      .map(
        from: .resourceName("a node pool's name", asKey: true), to: .record(NodePoolSection.self)),
      "The nodes of 'kubernetes' by pool, for checks."),
  ])

  /// The keys that have no effect on a kind of target, with their places.
  func unusedKeys(of kind: any Target.Type) -> [(key: String, range: SourceRange)] {
    let ofMachine = ["hostname", "host"]
    let used: (String) -> Bool =
      if kind == Kubernetes.self {
        { !(ofMachine + ["scope"]).contains($0) }
      } else {
        { ofMachine.contains($0) || $0 == "scope" && kind == Podman.self }
      }
    return Self.fields.all.filter { $0.key != "kind" && !used($0.key) }.compactMap { field in
      field.value(self).map { (field.key, $0.range) }
    }
  }

  /// The settings of a cluster.
  var kubernetes: KubernetesSettings {
    var settings = KubernetesSettings()
    settings.context = context?.value
    settings.namespace = namespace?.value
    settings.runtimeClass = runtimeClass?.value
    settings.nodeSelector = (nodeSelector?.value ?? []).map {
      (key: $0.name.value, value: $0.item.value)
    }.sorted { $0.key.text < $1.key.text }
    settings.tolerations = (tolerations?.value ?? []).compactMap { toleration in
      toleration.value.key.map {
        .init(
          $0.value, value: toleration.value.value?.value, effect: toleration.value.effect?.value)
      }
    }
    settings.intelDriver = intelDriver?.value ?? settings.intelDriver
    settings.release = release?.value ?? settings.release
    settings.security = security?.value ?? settings.security
    if let storage = storage?.value {
      settings.storage.className = storage.className?.value
      settings.storage.access = storage.access?.value ?? settings.storage.access
      settings.storage.size = storage.size?.value ?? settings.storage.size
    }
    return settings
  }
}

/// A taint of nodes that servers with GPUs accept.
package struct TolerationSection: Record {
  package var key: Located<QualifiedName>?
  package var value: Located<LabelValue>?
  package var effect: Located<KubernetesSettings.Toleration.Effect>?

  package init() {}

  package static let fields = FieldTable<TolerationSection, Never>([
    Field(
      "key", \.key, .qualifiedName, required: true,
      "The key of the taint, such as 'nvidia.com/gpu'."),
    Field("value", \.value, .labelValue, default: "any", "The value of the taint."),
    Field("effect", \.effect, .choice(), default: "all", "The effect of the taint."),
  ])
}

/// The volumes that servers in a cluster claim.
package struct StorageSection: Record {
  package var className: Located<ClusterDomain>?
  package var access: Located<KubernetesSettings.Access>?
  package var size: Located<ByteCount>?

  package init() {}

  package static let fields = FieldTable<StorageSection, Never>([
    Field(
      "class", \.className, .clusterDomain("a storage class' name"), default: "the cluster's",
      "The storage class."),
    Field(
      "access", \.access, .choice(), default: "one",
      "How many nodes can mount a volume: 'many' must be supported by the storage class."),
    Field("size", \.size, .byteCount, default: "100GB", "The size of each volume."),
  ])
}

/// Nodes of a cluster that are alike.
package struct NodePoolSection: Record {
  package var count: Located<Int>?
  package var gpus: Located<Int>?
  package var gpu: Located<String>?
  package var gpuMemory: Located<ByteCount>?
  package var ram: Located<ByteCount>?
  package var cpuCores: Located<Int>?

  package init() {}

  package static let fields = FieldTable<NodePoolSection, Never>([
    Field("count", \.count, .integer(1...100_000), default: "1", "The number of nodes."),
    Field("gpus", \.gpus, .integer(0...64), default: "0", "The GPUs of each node."),
    Field(
      "gpu", \.gpu, .text(limit: 100),
      "The model of the GPUs, such as 'H100'. amm knows the memory of common GPUs."),
    Field(
      "gpu_memory", \.gpuMemory, .byteCount, default: "that of 'gpu'", "The memory of each GPU."),
    Field("ram", \.ram, .byteCount, "The memory of each node that servers can use."),
    Field(
      "cpu_cores", \.cpuCores, .integer(1...4096), unit: "cores",
      "The processor cores of each node that servers can use."),
  ])
}
