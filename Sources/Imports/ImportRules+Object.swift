import Diagnostics

extension ImportRules {
  static let object = Rule(
    "import-object", .error, "A cluster refuses an object of the file.",
    Explanation(
      """
      The API server checks each object as a whole: names, amounts, probes, and which settings may be \
      together. 'kubectl apply' ends with an error, and the servers of the object do not start.
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
              args: [Qwen/Qwen3-8B, --max-model-len, 8192]
              resources: {limits: {nvidia.com/gpu: 1, memory: 32GB}}
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
              args: [Qwen/Qwen3-8B, --max-model-len, "8192"]
              resources: {limits: {nvidia.com/gpu: 1, memory: 32Gi}}
        """,
      source: "Kubernetes 1.36, pkg/apis/core/validation, pkg/apis/apps/validation"))
}
