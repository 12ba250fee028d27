/// Descriptions of the vLLM options for which amm has no field, one sentence each.
extension VLLM {
  package static let sentences = [
    "--speculative-config":
      "The method of speculative decoding: 'method', 'num_speculative_tokens', 'model'.",
    "--spec-method": "The 'method' of '--speculative-config'.",
    "--spec-model": "The draft model for speculative decoding.",
    "--spec-tokens": "How many tokens are guessed at a time.",
    "--enable-lora":
      "Whether adapters are served in addition to the model, each under its own name.",
    "--lora-modules": "Adapters by name: 'NAME=REPOSITORY', or NAME and a path in the container.",
    "--max-loras": "How many adapters a batch can use; each reserves memory.",
    "--max-lora-rank": "The largest rank that an adapter can have; a larger one needs more memory.",
    "--max-cpu-loras": "How many adapters stay in main memory; at least 'max_loras'.",
    "--fully-sharded-loras": "Whether adapters are split over GPUs like the model.",
    "--limit-mm-per-prompt":
      "How many images, videos and audio clips a request can contain, for each kind.",
    "--mm-processor-kwargs":
      "Settings of the model's image processor, such as the size of images.",
    "--mm-processor-cache-gb": "How much main memory caches images that were already processed.",
    "--mm-encoder-tp-mode":
      "Whether the GPUs split the image encoder ('weights') or divide the images ('data').",
    "--allowed-local-media-path": "The folder in the container whose files requests can refer to.",
    "--attention-backend": "The implementation of attention; by default, vLLM chooses it.",
    "--moe-backend": "The implementation of experts; by default, vLLM chooses it.",
    "--all2all-backend": "How the GPUs exchange data for the experts.",
    "--enable-eplb": "Whether copies of busy experts are distributed over the GPUs.",
    "--default-chat-template-kwargs":
      "Variables of the chat template for every request, such as 'enable_thinking: false'.",
    "--chat-template-content-format":
      "Whether the template expects message content as text or as a list of parts.",
    "--reasoning-config": "The budget for reasoning, and the texts that begin and end it.",
    "--hf-overrides":
      "Values that override the model's 'config.json', such as a RoPE scaling.",
    "--compilation-config": "How the model is compiled, and which batch sizes get CUDA graphs.",
    "--kv-transfer-config": "How the cache is shared with other servers.",
    "--kv-offloading-size": "How many GiB of main memory are used for cache evicted from the GPU.",
    "--async-scheduling": "Whether the next step is scheduled while one is computed.",
    "--decode-context-parallel-size":
      "The number of the model's GPUs over which the cache is split by position.",
    "--enable-sleep-mode": "Whether the running server can release its memory on request.",
    "--model-impl": "Whether vLLM's own code or the 'transformers' library computes the model.",
    "--safetensors-load-strategy": "Whether files are memory-mapped, read in full, or prefetched.",
    "--logits-processors": "Your own code that changes the probabilities of tokens.",
    "--override-generation-config": "Sampling settings that override the model's defaults.",
    "--structured-outputs-config": "What enforces JSON and grammars, and how strictly.",
    "--tool-parser-plugin": "A file in the container with your own tool call parser.",
    "--root-path": "The path prefix that a proxy in front of the server removes.",
    "--numa-bind": "Whether each worker runs on the CPU next to its GPU.",
  ]
}
