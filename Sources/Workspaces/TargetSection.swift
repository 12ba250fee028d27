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
  package var namespace: Located<ClusterName>?
  package var runtimeClass: Located<ClusterName>?
  package var nodeSelector: Located<[Pair<QualifiedName, LabelValue>]>?
  package var tolerations: Located<[Located<TolerationSection>]>?
  package var intelDriver: Located<KubernetesSettings.IntelDriver>?
  package var storage: Located<StorageSection>?

  package init() {}

  package static func section(meantBy text: String) -> String? {
    "{kind: \(Suggestion.nearest(to: text, among: Targets.kinds) ?? Targets.kinds[0])}"
  }

  package static let fields = FieldTable<TargetSection, Never>([
    Field(
      "kind", \.kind,
      .word(
        among: Targets.kinds, plain: { .text($0) },
        find: { Targets.kinds.contains($0) ? $0 : nil }), required: true,
      "The program that runs the servers: \(Targets.all.map { "'\($0.kind)' (\($0.summary))" }.joined(separator: ", "))."
    ),
    Field(
      "namespace", \.namespace, .clusterName("a namespace's name"), default: "that of 'kubectl'",
      "The namespace of all objects of 'kubernetes', which must exist."),
    Field(
      "runtime_class", \.runtimeClass, .clusterName("a runtime class' name"),
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
  ])

  /// The keys that only apply to clusters, with their places.
  var clusterKeys: [(key: String, range: SourceRange)] {
    Self.fields.all.filter { $0.key != "kind" }.compactMap { field in
      field.value(self).map { (field.key, $0.range) }
    }
  }

  /// The settings of a cluster.
  var kubernetes: KubernetesSettings {
    var settings = KubernetesSettings()
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
  package var className: Located<ClusterName>?
  package var access: Located<KubernetesSettings.Access>?
  package var size: Located<ByteCount>?

  package init() {}

  package static let fields = FieldTable<StorageSection, Never>([
    Field(
      "class", \.className, .clusterName("a storage class' name"), default: "the cluster's",
      "The storage class."),
    Field(
      "access", \.access, .choice(), default: "one",
      "How many nodes can mount a volume: 'many' must be supported by the storage class."),
    Field("size", \.size, .byteCount, default: "100GB", "The size of each volume."),
  ])
}

extension ValueType where Value == ClusterName {
  /// A name of an object.
  ///
  /// - Parameter what: The type's name in messages, with its article.
  fileprivate static func clusterName(_ what: String) -> Self {
    parsed(
      what, limit: 63, pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", numeric: true,
      plain: { .text($0.text) }
    ) { (text) throws(Refusal) in
      guard let name = ClusterName(text) else {
        throw Refusal(
          "must be \(what), found '\(text.abbreviated)'",
          help: "use lower-case letters, digits and '-'")
      }
      return name
    }
  }
}

extension ValueType where Value == QualifiedName {
  fileprivate static let qualifiedName = parsed(
    "a key of Kubernetes", limit: 317,
    pattern: "^([a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", numeric: true,
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let name = QualifiedName(text) else {
      throw Refusal(
        "has the key '\(text.abbreviated)', which is not valid in Kubernetes",
        help: "use letters, digits, '-', '_' and '.', after an optional domain and '/'")
    }
    return name
  }
}

extension ValueType where Value == LabelValue {
  fileprivate static let labelValue = parsed(
    "a label's value", limit: 63, pattern: "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$",
    numeric: true, plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let value = LabelValue(text) else {
      throw Refusal(
        "must be a label's value, found '\(text.abbreviated)'",
        help: "use at most 63 letters, digits, '-', '_' and '.'")
    }
    return value
  }
}
