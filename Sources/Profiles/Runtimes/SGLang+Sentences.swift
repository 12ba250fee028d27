/// Descriptions of the SGLang options for which amm has no field, one sentence each.
extension SGLang {
  package static let sentences = [
    "--speculative-algorithm": "The method of speculative decoding, such as 'EAGLE3' or 'NGRAM'.",
    "--speculative-draft-model-path":
      "The draft model for speculative decoding: on the hub, or a path in the container.",
    "--speculative-num-steps":
      "How many steps ahead tokens are guessed; set this and the next two options, or none.",
    "--speculative-eagle-topk": "How many guesses each step tries.",
    "--speculative-num-draft-tokens": "How many guessed tokens are checked at a time.",
    "--enable-lora": "Whether adapters are served in addition to the model.",
    "--lora-paths": "Adapters by name: 'NAME=PATH', on the hub or in the container.",
    "--max-loras-per-batch": "How many adapters a batch can use; each reserves memory.",
    "--max-lora-rank": "The largest rank that an adapter can have; a larger one needs more memory.",
    "--lora-target-modules": "The layers that adapters can change.",
    "--ep-size": "The number of the model's GPUs over which entire experts are distributed.",
    "--moe-a2a-backend": "How the GPUs exchange data for the experts.",
    "--moe-runner-backend": "The implementation of experts; by default, SGLang chooses it.",
    "--enable-dp-attention": "Whether each GPU computes attention for its own requests.",
    "--mm-attention-backend": "The implementation of the image encoder's attention.",
    "--limit-mm-data-per-request":
      "How many images, videos and audio clips a request can contain, for each kind.",
    "--page-size": "The number of tokens in a page of the cache.",
    "--enable-hierarchical-cache": "Whether cache evicted from the GPU is kept in main memory.",
    "--hicache-ratio": "The size of the cache in main memory, as a multiple of the GPU's cache.",
    "--disable-radix-cache": "Whether the cache of common prompt prefixes is disabled.",
    "--cuda-graph-max-bs-decode":
      "The largest batch that gets a CUDA graph; fewer graphs need less memory.",
    "--enable-torch-compile":
      "Whether the model is compiled: starts more slowly, answers small batches faster.",
    "--default-chat-template-kwargs":
      "Variables of the chat template for every request, such as 'enable_thinking: false'.",
    "--json-model-override-args": "Values that override the model's 'config.json'.",
    "--disaggregation-mode": "Whether this server only processes prompts or only writes answers.",
    "--enable-memory-saver": "Whether the server can release its memory on request.",
    "--model-impl": "Whether SGLang's own code or the 'transformers' library computes the model.",
  ]
}
