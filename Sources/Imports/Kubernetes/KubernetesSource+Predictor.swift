import Diagnostics
import Schema
import YAML

/// The servers of KServe: the containers under `predictor` of an InferenceService (KServe 0.20,
/// pkg/apis/serving/v1beta1/predictor.go).
extension KubernetesSource {
  /// The keys of a predictor that are none of a pod, with the reason that they are left out.
  private static let ofPredictor: [String: String] = [
    "minReplicas": "the number of servers is 'replicas', for a cluster",
    "maxReplicas": "the number of servers is 'replicas', for a cluster",
    "scaleTarget": "the number of servers is 'replicas', for a cluster",
    "scaleMetric": "the number of servers is 'replicas', for a cluster",
    "scaleMetricType": "the number of servers is 'replicas', for a cluster",
    "autoScaling": "the number of servers is 'replicas', for a cluster",
    "containerConcurrency": "the server limits requests by itself",
    "timeout": "clients wait as long as they want",
    "canaryTrafficPercent": "an instance is one server",
    "deploymentStrategy": "amm writes it", "logger": "the journal has the output",
    "batcher": "the server makes batches by itself", "labels": "see 'labels' of an instance",
    "annotations": "see 'labels' of an instance",
    "name": "the object's name is the server's",
    "storageUris": "the server fetches its model itself",
    "storageContainerName": "the server fetches its model itself",
    "workerSpec": "see 'span' of an instance, for a cluster",
  ]

  /// The servers that KServe itself has, which no container names.
  private static let models: Set = [
    "model", "huggingface", "triton", "pytorch", "tensorflow", "sklearn", "xgboost", "onnx",
    "pmml", "lightgbm", "paddle",
  ]

  /// Whether an object has its servers as a predictor's containers.
  static func isPredictor(_ object: Node) -> Bool {
    object.text("kind") == "InferenceService" && object["spec"]?["predictor"]?.entries != nil
      && object.text("apiVersion")?.hasPrefix("serving.kserve.io/") ?? false
  }

  /// Reads the containers of an InferenceService as those of a pod.
  mutating func readPredictor(_ object: Node) {
    guard Self.isPredictor(object), let predictor = object["spec"]?["predictor"] else { return }
    let name = object["metadata"]?["name"]?.written ?? Located("predictor", object.range)
    let entries = predictor.entries ?? []
    guard predictor["containers"]?.items != nil else {
      let wrong = entries.first { $0.key == "container" }
      if let wrong {
        file.tell(
          ImportRules.key, in: source, wrong.keyRange, "a predictor has no key 'container'",
          help: "write 'containers' with a list")
      }
      let isOwn = wrong == nil && entries.contains { Self.models.contains($0.key) }
      file.others.append(
        Fate(
          key: Located("InferenceService \(name.value)", name.range), kind: .unknown,
          reason: isOwn
            ? "a server of KServe itself loads its model" : "its predictor has no 'containers'"))
      return
    }
    let own = Node(
      .mapping(entries.filter { Self.ofPredictor[$0.key] == nil && !Self.models.contains($0.key) }),
      predictor.range)
    var pod = Pod(name: name, spec: own, labels: Self.labels(object["metadata"]?["labels"]))
    pod.metadata = Self.labels(object["metadata"]?["annotations"])
    for entry in entries {
      guard let reason = Self.ofPredictor[entry.key] else { continue }
      pod.fates.append(
        Fate(key: Located(entry.key, entry.keyRange), kind: .dropped, reason: reason))
    }
    read(pod)
  }
}
