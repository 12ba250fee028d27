import Deployments
import Profiles
import Testing

@testable import Operations

/// What `switch --wait` reads out of servers' logs; the lines are the servers' own.
struct ServerLogTests {
  private static let log = Custom.log.joined(with: .ofEngine)

  @Test(arguments: [
    ("Trying to pull ghcr.io/huggingface/text-generation-inference:3.3.7...", "pulling the image"),
    ("Copying blob sha256:9cb31e2e37eab1bf50f727e979fc81f8bb5e8e0d", "pulling the image"),
    (
      "2024-09-03T04:36:57.507198Z  INFO download: text_generation_launcher: Starting check and download process for meta-llama/Meta-Llama-3.1-8B-Instruct",
      "downloading the model"
    ),
    ("Fetching 4 files:  25%|##5       | 1/4 [00:12<00:36]", "downloading the model"),
    (
      "INFO 03-26 14:46:44 [weight_utils.py:281] Time spent downloading weights for canopylabs/orpheus-3b-0.1-ft: 1.394894 seconds",
      "loading the model"
    ),
    (
      "Loading safetensors checkpoint shards:   0% Completed | 0/4 [00:00<?, ?it/s]",
      "loading the model"
    ),
    ("0.00.029.952 I srv    load_model: loading model '/models/tiny-a.gguf'", "loading the model"),
    (
      "2025-02-25T11:40:08.502609Z  INFO text_embeddings_router: router/src/lib.rs:230: Starting model backend",
      "loading the model"
    ),
    (
      "0.00.047.192 W common_init_from_params: warming up the model with an empty run - please wait ... (--no-warmup to disable)",
      "warming up"
    ),
    (
      "[2025-05-02 16:14:33] Capture cuda graph begin. This can take up to several minutes. avail mem=0.00 GB",
      "warming up"
    ),
  ])
  func `a line tells the phase`(line: String, phase: String) {
    #expect(Self.log.phase(in: line)?.rawValue == phase)
  }

  @Test func `the newest telling line counts, and others tell nothing`() {
    let journal = "Trying to pull a/b:1...\nStarting shard rank=0\nwhatever\n"
    #expect(Self.log.phase(in: journal) == .loading)
    #expect(Self.log.phase(in: "Started llama-one.service - Model server llama-one.") == nil)
  }

  @Test(arguments: [
    ("Error: statfs /home/me/models/gone.gguf: no such file or directory", "mounted"),
    ("huggingface_hub.errors.GatedRepoError: 401 Client Error.", "accept its terms"),
    ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB", "memory"),
    ("Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all", "GPU"),
    ("Error: no secret with name or id \"hf-token\": no such secret", "podman secret create"),
    ("listen tcp 127.0.0.1:8080: bind: address already in use", "port"),
  ])
  func `a failure's last words tell its cause`(words: String, cause: String) {
    #expect(Self.log.cause(of: words)?.contains(cause) == true)
  }

  @Test func `numbers inside other words are no causes`() {
    #expect(Self.log.cause(of: "container died 2f5eb7a64cc692f550f2401b67af06f129527f40328") == nil)
  }
}
