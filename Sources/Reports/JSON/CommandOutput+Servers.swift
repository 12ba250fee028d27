import Deployments
import Operations

extension CommandOutput {
  /// The outputs of commands about servers.
  static var servers: [CommandOutput] {
    [
      CommandOutput(
        "info", ["amm info --json"],
        [.always("instances", .list(.object(workload)), "The instances, in order.")]),
      CommandOutput("info-instance", ["amm info INSTANCE --json"], workload),
      CommandOutput(
        "up", ["amm up MODEL --json"],
        [
          .always("instance", .text, "The instance that serves the model."),
          .always("profile", .text, "The profile that it serves."),
          .always("model", .text, "The name that requests use for the model."),
          .always("url", .text, "The address of the server."),
        ]),
      CommandOutput(
        "switch", ["amm switch INSTANCE PROFILE --json", "amm rollback --json"], switched),
      CommandOutput("switch-preview", ["amm switch INSTANCE PROFILE --dry-run --json"], preview),
      CommandOutput(
        "history", ["amm history --json"],
        [.always("switches", .list(.object(switched)), "The switches, the oldest first.")]),
      CommandOutput("status", ["amm status --json"], status),
      CommandOutput(
        "endpoints", ["amm endpoints --json"],
        [.always("endpoints", .list(.object(endpoint)), "The instances, in order.")]),
    ]
  }

  private static let switched: [OutputShape.Member] = [
    .always("id", .text, "The switch's identifier."),
    .always("time", .text, "When it was made: ISO 8601, UTC."),
    .always("instance", .text, "The instance."),
    .sometimes("from", .text, "The profile that was served before."),
    .always("to", .text, "The profile that was switched to."),
    .always(
      "result", .text,
      "'done', 'not applied', 'interrupted', or the step that failed: 'apply' or 'wait'."),
    .always("undone", .boolean, "Whether a failed switch was undone."),
    .always("duration_ms", .integer, "Milliseconds, including applying and waiting."),
    .always("profile_sha256", .text, "SHA-256 of the profile's file."),
    .always(
      "generated_sha256", .text,
      "SHA-256 of generated/instances.nix, or of all generated files if there is not exactly one such file."
    ),
    .sometimes("memory", .any, "Planned and measured memory, in bytes."),
  ]

  private static let preview: [OutputShape.Member] = [
    .always("instance", .text, "The instance."),
    .sometimes("from", .text, "The profile that it serves."),
    .always("to", .text, "The profile that it would serve."),
    .sometimes("image", .text, "The image that it would run."),
    .always("pulls", .texts, "Images that would be pulled first."),
    .always("stops", .texts, "Services that would be stopped."),
    .always("restarts", .texts, "Services that would be restarted."),
    .always("files", .list(.object(change)), "Files of generated/ that would change."),
    .always("method", .text, "How it would be applied: '--apply'."),
    .always("reason", .text, "Why this method is used."),
    .sometimes("memory", .object(memory), "The memory that the server needs."),
  ]

  /// A changed file.
  static let change: [OutputShape.Member] = [
    .always("path", .text, "The file, below the folder."),
    .always("change", .text(values: ["created", "changed", "removed"]), "The kind of change."),
  ]

  private static let status: [OutputShape.Member] = [
    .always("workspace", .text, "The workspace's folder."),
    .always("verdict", .text(values: ["ok", "drift", "unhealthy"]), "The summary of '--check'."),
    .always(
      "instances",
      .list(
        .object([
          .always("name", .text, "The instance."),
          .always("profile", .text, "The profile that it serves."),
          .always("runtime", .text, "The runtime."),
          .always("model", .text, "The name that requests use for the model."),
          .always("port", .integer, "The port of the machine."),
          .always("endpoint", .text, "The address of the server."),
          .sometimes("unit", .text, "The systemd unit."),
          .sometimes("state", .text, "systemd's active state, such as 'active' or 'failed'."),
          .sometimes("since", .text, "When it became active, as systemd prints it."),
          .sometimes("restarts", .integer, "How often systemd restarted it."),
          .always(
            "health", .text(values: InstanceStatus.Health.allCases.map(\.rawValue)),
            "Whether a server answers, and whether it is the right one."),
          .sometimes("other_models", .texts, "The models that the server reports instead."),
          .sometimes(
            "runs_as_written", .boolean,
            "Whether the running container was started as the workspace describes."),
          .sometimes("memory_bytes", .integer, "Bytes of main memory in use."),
          .sometimes("planned_gpu_bytes", .integer, "Bytes planned on each GPU."),
          .always("remarks", .texts, "Facts that need attention."),
        ])), "The instances, in order."),
    .always(
      "companions",
      .list(
        .object([
          .always("name", .text, "The companion."), .always("kind", .text, "Its kind."),
          .always("endpoint", .text, "Its address."),
          .sometimes("unit", .text, "The systemd unit."),
          .sometimes("state", .text, "systemd's active state, such as 'active' or 'failed'."),
        ])), "The programs that run with the instances."),
    .always(
      "clusters",
      .list(
        .object([
          .always("target", .text, "The target."),
          .always(
            "servers",
            .list(
              .object([
                .always("name", .text, "The instance or companion."),
                .always("endpoint", .text, "Its address in the cluster."),
                .always(
                  "state", .text(values: ClusterStatus.State.allCases.map(\.rawValue)),
                  "Whether its pods are ready."),
                .always("wanted", .integer, "The number of pods that its object wants."),
                .always("ready", .integer, "The number of those that are ready."),
                .always("restarts", .integer, "How often its containers were restarted."),
                .sometimes("profile", .text, "The profile that it should serve."),
                .sometimes("live_profile", .text, "The profile that its object was made from."),
                .sometimes("problem", .text, "Why a pod does not run, as the cluster says it."),
              ])), "Its servers and companions."),
        ])), "The clusters of the workspace."),
    .always(
      "gpus",
      .list(
        .object([
          .always("name", .text, "The card."),
          .sometimes("device", .text, "Its CDI name, such as 'nvidia.com/gpu=0'."),
          .always("used_bytes", .integer, "Bytes in use, by all programs."),
          .always("total_bytes", .integer, "Bytes in total."),
          .sometimes("planned_bytes", .integer, "Bytes planned for its instances."),
        ])), "The GPUs whose driver reports their memory."),
    .always("models", .map(.texts), "By instance: the models of a server that has several."),
    .always(
      "drift",
      .list(
        .object([
          .always(
            "kind", .text(values: Drift.Kind.allCases.map(\.rawValue)), "Where the difference is."),
          .always("subject", .text, "The file or instance."),
          .always("detail", .text, "The difference."),
          .always("help", .text, "What resolves it."),
        ])), "Differences between the workspace and the machine."),
    .always("unseen", .texts, "What could not be checked, and why."),
  ]

  private static let endpoint: [OutputShape.Member] = [
    .always("instance", .text, "The instance."),
    .always("profile", .text, "The profile that it serves."),
    .always("runtime", .text, "The runtime."),
    .always("model", .text, "The name that requests use for the model."),
    .always("models", .texts, "The names of all models of the server."),
    .always("url", .text, "The address of the server."),
    .always("network_url", .text, "The address for containers in the servers' network."),
    .sometimes("openai_url", .text, "The base URL of the OpenAI protocol."),
    .sometimes("health_url", .text, "Answers with success once the model is loaded."),
    .sometimes("key", .object(secret), "Where the API key is stored; never the key."),
  ]

  private static let secret: [OutputShape.Member] = [
    .always("variable", .text, "The variable that gets the value."),
    .sometimes("stored", .text, "The name of the secret in Podman."),
    .sometimes("key", .text, "The name of the value in a secret with several."),
    .sometimes("file", .text, "The file of NAME=value lines."),
  ]

  // MARK: Instances as they are deployed

  private static let workload: [OutputShape.Member] = [
    .always("name", .text, "The instance."),
    .always("description", .text, "Its description."),
    .always("profile", .text, "The profile that it serves."),
    .always("runtime", .text, "The runtime."),
    .always("model", .text, "The name that requests use for the model."),
    .always("models", .texts, "The names of all models of the server."),
    .always("bind", .text, "The address of the machine that it listens on."),
    .always("port", .integer, "The port of the machine."),
    .always("url", .text, "The address of the server."),
    .always("endpoints", .object(endpoints), "Paths of the server."),
    .sometimes("api_key", .object(secret), "Where the API key is stored; never the key."),
    .always("server", .object(container), "The server's container."),
    .always(
      "preparation", .list(.object(container)),
      "Containers that run once after the server has started, in order."),
    .sometimes("memory", .object(memory), "The memory that its server needs."),
  ]

  private static let container: [OutputShape.Member] = [
    .always("name", .text, "The container."),
    .always("image", .text, "Its image."),
    .sometimes("port", .integer, "The port inside the container."),
    .sometimes("entrypoint", .text, "The program, in place of the image's."),
    .always("arguments", .texts, "Its arguments."),
    .always("environment", .map(.text), "Its variables."),
    .always("secrets", .list(.object(secret)), "Variables whose values are secret."),
    .always(
      "mounts",
      .list(
        .object([
          .always("source", .text, "A volume or a path of the machine."),
          .always("target", .text, "The path inside the container."),
          .always("options", .texts, "Options, such as 'ro'."),
        ])), "Its mounts."),
    .always("network", .text, "Its network."),
    .always(
      "accelerators",
      .list(
        .object([
          .always("vendor", .text, "'nvidia', 'amd', 'intel', 'vulkan' or a CDI vendor."),
          .always("device", .text, "The device."),
        ])), "Its GPUs."),
    .sometimes("memory_bytes", .integer, "The limit of main memory, in bytes."),
    .sometimes("cpu_cores", .integer, "The limit of processor cores."),
    .sometimes("shared_memory_bytes", .integer, "The size of /dev/shm, in bytes."),
    .sometimes("ipc", .text, "'host' if it shares the machine's IPC namespace."),
    .sometimes("init", .boolean, "Whether a small init process runs first."),
    .sometimes("user", .text, "The user inside the container."),
    .sometimes("read_only", .boolean, "Whether its root file system is read-only."),
    .sometimes("labels", .map(.text), "Its labels."),
    .sometimes("resource_limits", .texts, "Its ulimits."),
    .sometimes("log_driver", .text, "Its log driver."),
    .sometimes(
      "image_update", .text(values: ImageUpdate.allCases.map(\.rawValue)),
      "Where a newer image comes from."),
    .sometimes("wait_for_network", .boolean, "False if it starts before the network is up."),
    .sometimes("extra_ports", .texts, "Further ports: ADDRESS:PORT:CONTAINER-PORT."),
    .sometimes(
      "health",
      .object([
        .sometimes("path", .text, "The HTTP path that is requested."),
        .always("command", .text, "The command that is run."),
        .always("interval", .integer, "Seconds between checks."),
        .always("timeout", .integer, "Seconds that a check may take."),
        .always("retries", .integer, "Failures in a row until it is unhealthy."),
        .always("start_period", .integer, "Seconds in which failures do not count."),
        .always("on_unhealthy", .text, "What happens then."),
      ]), "Its health check."),
    .always(
      "restart",
      .object([
        .always("condition", .text(values: ["always", "on-failure"]), "When it is restarted."),
        .always("delay", .integer, "Seconds until then."),
        .sometimes("attempts", .integer, "Starts allowed within the window."),
        .sometimes("window", .integer, "The window, in seconds."),
      ]), "What happens when it ends."),
    .sometimes("auto_start", .boolean, "Whether it starts with the user's session."),
    .sometimes("start", .text(values: ["boot", "manual", "on-demand"]), "When it starts."),
    .sometimes("backend_port", .integer, "Its own port, if it starts on demand."),
    .sometimes("stop_after_idle", .integer, "Seconds without a connection until it stops."),
    .sometimes("start_timeout", .integer, "Seconds that the start may take."),
    .sometimes("stop_timeout", .integer, "Seconds that stopping may take."),
  ]
}
