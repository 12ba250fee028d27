import Diagnostics

extension ImportRules {
  static let probe = Rule(
    "import-probe", .warning, "A probe restarts a server that still loads its model.",
    Explanation(
      """
      A liveness probe fails until the model is loaded, which takes minutes. The cluster then ends the \
      server, and it starts to load again. A startup probe delays the liveness probe.
      """,
      wrong: """
        # pod.yaml
        apiVersion: v1
        kind: Pod
        metadata: {name: chat}
        spec:
          containers:
            - name: vllm
              image: docker.io/vllm/vllm-openai:v0.31.0
              args: [Qwen/Qwen3-8B]
              resources: {limits: {nvidia.com/gpu: 1}}
              livenessProbe: {httpGet: {path: /health, port: 8000}}
        """,
      right: """
        # pod.yaml
        apiVersion: v1
        kind: Pod
        metadata: {name: chat}
        spec:
          containers:
            - name: vllm
              image: docker.io/vllm/vllm-openai:v0.31.0
              args: [Qwen/Qwen3-8B]
              resources: {limits: {nvidia.com/gpu: 1}}
              startupProbe: {httpGet: {path: /health, port: 8000}, failureThreshold: 180}
              livenessProbe: {httpGet: {path: /health, port: 8000}}
        """,
      source: "Kubernetes 1.36, docs/concepts/workloads/pods/probes"))
}
