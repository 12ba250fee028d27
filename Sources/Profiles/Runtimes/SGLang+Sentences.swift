/// What options of SGLang mean that amm has no field for, in one sentence each.
extension SGLang {
  package static let sentences = [
    "--speculative-algorithm": "The method of guessing tokens ahead, such as 'EAGLE3' or 'NGRAM'.",
    "--speculative-draft-model-path":
      "The model that guesses tokens ahead: on the hub, or a path in the container.",
    "--speculative-num-steps":
      "How many steps ahead the guesses go; with the next two, or none of them.",
    "--speculative-eagle-topk": "How many guesses each step tries.",
    "--speculative-num-draft-tokens": "How many guessed tokens are checked at a time.",
    "--enable-lora": "Whether adapters are served beside the model.",
    "--lora-paths": "Adapters by name: 'NAME=PATH', of the hub or in the container.",
    "--max-loras-per-batch": "How many adapters one batch may use; memory is kept for each.",
    "--max-lora-rank": "The largest rank an adapter may have; memory grows with it.",
    "--lora-target-modules": "Which layers adapters may change.",
    "--ep-size": "Over how many of the model's GPUs whole experts are shared out.",
    "--moe-a2a-backend": "How GPUs exchange what experts need.",
    "--moe-runner-backend": "Which program code computes experts; SGLang picks one for the GPU.",
    "--enable-dp-attention": "Whether each GPU computes attention for requests of its own.",
    "--mm-attention-backend": "Which program code computes the image encoder's attention.",
    "--limit-mm-data-per-request":
      "How many images, videos and sounds one request may hold, by kind.",
    "--page-size": "How many tokens a page of the cache holds.",
    "--enable-hierarchical-cache": "Whether cache that leaves the GPU is kept in main memory.",
    "--hicache-ratio": "How many times the GPU's cache main memory keeps.",
    "--disable-radix-cache": "Whether common beginnings of prompts are not kept.",
    "--cuda-graph-max-bs-decode":
      "The largest batch that gets a CUDA graph; fewer graphs take less memory.",
    "--enable-torch-compile":
      "Whether the model is compiled: starts later, answers small batches faster.",
    "--default-chat-template-kwargs":
      "Variables of the chat template for every request, such as 'enable_thinking: false'.",
    "--json-model-override-args": "Values in place of those of the model's 'config.json'.",
    "--disaggregation-mode": "Whether this server only reads prompts or only writes answers.",
    "--enable-memory-saver": "Whether the server can give its memory back on request.",
    "--model-impl": "Whether SGLang's own code or that of 'transformers' computes the model.",
  ]
}
