import Deployments
import Diagnostics

/// The rules for what a cluster does not support.
enum KubernetesObjections {
  static let all = [name, secret, mount, storage, gpus, setting]

  static let name = Rule(
    "kubernetes-name", "A name is not valid in Kubernetes.",
    Explanation(
      """
      Names of objects are part of DNS names: lower-case letters, digits and '-'. The name of a \
      server begins with a letter.
      """,
      wrong: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          Main_1: {port: 8080, gpus: [nvidia.com/gpu=0]}
        """,
      right: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia.com/gpu=0]}
        """,
      source:
        "Kubernetes 1.36, apimachinery/pkg/util/validation (IsDNS1035Label, IsDNS1123Label)"))

  static let secret = Rule(
    "kubernetes-secret", "A cluster cannot read the secret.",
    Explanation(
      """
      A secret of Kubernetes has several values, each with a key. A cluster cannot read files of \
      this machine.
      """,
      wrong: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia.com/gpu=0], token: hf-token}
        """,
      right: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia.com/gpu=0], token: {secret: hf-token, key: HF_TOKEN}}
        """,
      source: "Kubernetes 1.36, core/v1 (SecretKeySelector)"))

  static let mount = Rule(
    "kubernetes-mount", "A server on a cluster uses a folder of this machine.",
    Explanation(
      """
      A server may run on any node, and the folders of this machine are on none of them. Models come \
      from a hub, into a volume.
      """,
      wrong: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia.com/gpu=0], volumes: ["~/models:/models"]}
        """,
      right: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia.com/gpu=0], volumes: ["models:/models"]}
        """,
      source: "Kubernetes 1.36, Pod Security Standards (hostPath)"))

  static let storage = Rule(
    "kubernetes-storage", "Two servers share a volume that only one node can mount.",
    Explanation(
      """
      By default, one node at a time can mount a volume. A second server on another node would wait \
      for it forever. Some storage classes, such as those for NFS, have volumes for many nodes.
      """,
      wrong: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          chat: {port: 8080, gpus: [nvidia.com/gpu=0]}
          coding: {port: 8081, gpus: [nvidia.com/gpu=0]}
        """,
      right: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes, storage: {class: nfs, access: many}}
        instances:
          chat: {port: 8080, gpus: [nvidia.com/gpu=0]}
          coding: {port: 8081, gpus: [nvidia.com/gpu=0]}
        """,
      source: "Kubernetes 1.36, core/v1 (PersistentVolumeAccessMode)"))

  static let gpus = Rule(
    "kubernetes-gpus", "Kubernetes cannot assign the GPUs.",
    Explanation(
      """
      Nodes offer a number of GPUs, and the cluster decides which a server gets. So a server needs \
      one entry for each GPU. Which ones it names has no meaning.
      """,
      wrong: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia]}
        """,
      right: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia.com/gpu=0, nvidia.com/gpu=1]}
        """,
      source: "Kubernetes 1.36, Schedule GPUs (extended resources)"))

  static let setting = Rule(
    "kubernetes-setting", "Kubernetes does not support the setting.",
    Explanation(
      """
      The cluster decides where a server runs, where its output goes and which limits a node has. It \
      does not start a server when a client connects, or stop one when another starts.
      """,
      wrong: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia.com/gpu=0], start: on-demand}
        """,
      right: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, gpus: [nvidia.com/gpu=0]}
        """,
      source: "Kubernetes 1.36, apps/v1 (DeploymentSpec), core/v1 (PodSpec)"))
}
