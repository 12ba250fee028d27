/// What options of vLLM mean that amm has no field for, in one sentence each.
extension VLLM {
  package static let sentences = [
    "--speculative-config":
      "A smaller model or method that guesses tokens ahead: 'method', 'num_speculative_tokens', 'model'.",
    "--spec-method": "The method of guessing tokens ahead; short for one key of the above.",
    "--spec-model": "The model that guesses tokens ahead.",
    "--spec-tokens": "How many tokens are guessed at a time.",
    "--enable-lora":
      "Whether adapters are served beside the model, each as a model of its own name.",
    "--lora-modules": "Adapters by name: 'NAME=REPOSITORY', or NAME and a path in the container.",
    "--max-loras": "How many adapters one batch may use; memory is kept for each.",
    "--max-lora-rank": "The largest rank an adapter may have; memory grows with it.",
    "--max-cpu-loras": "How many adapters stay in main memory; at least 'max_loras'.",
    "--fully-sharded-loras": "Whether adapters are split over GPUs like the model.",
    "--limit-mm-per-prompt":
      "How many images, videos and sounds one request may hold, each by kind.",
    "--mm-processor-kwargs":
      "Settings of the model's own image processor, such as the size of images.",
    "--mm-processor-cache-gb": "How much main memory keeps images that were seen before.",
    "--mm-encoder-tp-mode":
      "Whether GPUs split the image encoder ('weights') or share out the images ('data').",
    "--allowed-local-media-path": "The folder in the container whose files requests may name.",
    "--attention-backend": "Which program code computes attention; vLLM picks one for the GPU.",
    "--moe-backend": "Which program code computes experts; vLLM picks one for the GPU.",
    "--all2all-backend": "How GPUs exchange what experts need.",
    "--enable-eplb": "Whether copies of busy experts are spread over the GPUs.",
    "--default-chat-template-kwargs":
      "Variables of the chat template for every request, such as 'enable_thinking: false'.",
    "--chat-template-content-format": "Whether the template takes text or a list of parts.",
    "--reasoning-config": "Limits of thinking: its budget and the words that begin and end it.",
    "--hf-overrides":
      "Values in place of those of the model's 'config.json', such as a RoPE scaling.",
    "--compilation-config": "How the model is compiled, and which batch sizes get CUDA graphs.",
    "--kv-transfer-config": "How the cache is shared with other servers.",
    "--kv-offloading-size": "How many GiB of main memory take cache that leaves the GPU.",
    "--async-scheduling": "Whether the next step is planned while one is computed.",
    "--decode-context-parallel-size":
      "Over how many of the model's GPUs the cache is split by position.",
    "--enable-sleep-mode": "Whether the server can give its memory back on request and stay alive.",
    "--model-impl": "Whether vLLM's own code or that of 'transformers' computes the model.",
    "--safetensors-load-strategy": "Whether files are mapped, read whole, or read ahead.",
    "--logits-processors": "Code of your own that changes the odds of tokens.",
    "--override-generation-config": "Sampling settings in place of the model's own.",
    "--structured-outputs-config": "What enforces JSON and grammars, and how strictly.",
    "--tool-parser-plugin": "A file in the container with a tool parser of your own.",
    "--root-path": "The path that a proxy in front of the server takes away.",
    "--numa-bind": "Whether each worker stays on the processor next to its GPU.",
  ]
}
