/// Descriptions of the llama-server options for which amm has no field, one sentence each.
extension LlamaCpp {
  package static let sentences = [
    "--device": "The container's devices that compute, such as 'CUDA0,CUDA1' or 'Vulkan0'.",
    "--cpu-moe": "Whether all experts stay in main memory.",
    "--n-cpu-moe": "The number of layers whose experts stay in main memory.",
    "--n-cpu-ffn": "The number of layers whose feed-forward part stays in main memory.",
    "--override-tensor": "The device for tensors whose names match a pattern: 'PATTERN=CPU'.",
    "--spec-type":
      "The method of speculative decoding: with a draft model, or from the previous text.",
    "--spec-draft-model": "The draft model's file in the container.",
    "--spec-draft-hf": "The draft model's repository on the hub.",
    "--spec-draft-n-max": "The maximum number of tokens that are guessed at a time.",
    "--spec-draft-n-min": "The minimum number of tokens that are guessed before they are checked.",
    "--spec-draft-p-min": "The minimum probability of a token that the draft model guesses.",
    "--spec-draft-ngl": "How many layers of the draft model are on the GPU.",
    "--lora": "Adapter files in the container, separated by commas.",
    "--lora-scaled": "Adapter files, each with its scale: 'FILE:0.5'.",
    "--swa-full":
      "Whether sliding-window layers cache the entire context: more memory, less recomputation.",
    "--ctx-checkpoints": "How many checkpoints of a request's context are kept.",
    "--kv-offload": "Whether the cache is on the GPU.",
    "--op-offload": "Whether the GPU computes long prompts for layers in main memory.",
    "--mmproj-offload": "Whether the image encoder is on the GPU.",
    "--image-min-tokens": "The minimum number of tokens for an image.",
    "--image-max-tokens": "The maximum number of tokens for an image.",
    "--reasoning-format": "Whether reasoning is returned separately or left in the text.",
    "--reasoning-budget": "The limit of tokens for reasoning: -1 for no limit, 0 for no reasoning.",
    "--chat-template-kwargs":
      "Variables of the chat template for every request, such as 'enable_thinking: false'.",
    "--chat-template-file": "A file in the container with the chat template.",
    "--grammar-file": "A file in the container with the grammar for answers.",
    "--numa": "How threads are distributed over several CPUs.",
    "--prio": "The priority of the threads.",
    "--fit-ctx": "The smallest context that 'fit' can choose.",
    "--fit-target": "How much memory 'fit' leaves free on each device.",
    "--sleep-idle-seconds":
      "The number of seconds without requests after which the model's memory is released.",
    "--warmup": "Whether the server runs a test computation before it reports that it is ready.",
    "--models-preset": "A file with settings for several models; not used if a model is set.",
    "--keep": "How many tokens of the prompt are kept when the context is full.",
  ]
}
