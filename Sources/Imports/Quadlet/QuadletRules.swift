import Diagnostics

extension ImportRules {
  static let unit = Rule(
    "import-unit", .warning, "Podman's generator or systemd does not read a unit as intended.",
    Explanation(
      """
      A value is not read by a shell: systemd replaces '%' and '$', and reads quotes and \
      backslashes by other rules.
      """,
      wrong: """
        # chat.container
        [Container]
        Image=docker.io/vllm/vllm-openai:v0.31.0
        Exec=Qwen/Qwen3-8B
        AddDevice=nvidia.com/gpu=all
        EnvironmentFile=-/etc/chat.env
        """,
      right: """
        # chat.container
        [Container]
        Image=docker.io/vllm/vllm-openai:v0.31.0
        Exec=Qwen/Qwen3-8B
        AddDevice=nvidia.com/gpu=all
        EnvironmentFile=/etc/chat.env
        """,
      source: "Podman 5.4.2, pkg/systemd; systemd 257, systemd.unit(5), systemd.service(5)"))
}
