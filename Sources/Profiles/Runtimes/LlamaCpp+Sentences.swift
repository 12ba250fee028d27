/// What options of llama.cpp's server mean that amm has no field for, in one sentence each.
extension LlamaCpp {
  package static let sentences = [
    "--device": "Which of the container's devices compute, such as 'CUDA0,CUDA1' or 'Vulkan0'.",
    "--cpu-moe": "Whether all experts stay in main memory.",
    "--n-cpu-moe": "Of how many layers the experts stay in main memory.",
    "--n-cpu-ffn": "Of how many layers the feed-forward part stays in main memory.",
    "--override-tensor": "Where tensors lie whose names fit a pattern: 'PATTERN=CPU'.",
    "--spec-type":
      "The method of guessing tokens ahead: with a draft model, or from the text so far.",
    "--spec-draft-model": "The file in the container of the model that guesses tokens ahead.",
    "--spec-draft-hf": "The repository on the hub of the model that guesses tokens ahead.",
    "--spec-draft-n-max": "How many tokens are guessed at a time, at most.",
    "--spec-draft-n-min": "How many tokens must be guessed before they are checked.",
    "--spec-draft-p-min": "How sure the smaller model must be of a token.",
    "--spec-draft-ngl": "How many layers of the smaller model lie on the GPU.",
    "--lora": "Adapter files in the container, joined by commas.",
    "--lora-scaled": "Adapter files, each with its weight: 'FILE:0.5'.",
    "--swa-full":
      "Whether layers with a window keep the whole context: more memory, fewer prompts read anew.",
    "--ctx-checkpoints": "How many states of a request are kept to go back to.",
    "--kv-offload": "Whether the cache lies on the GPU.",
    "--op-offload": "Whether the GPU computes long prompts for layers in main memory.",
    "--mmproj-offload": "Whether the image encoder lies on the GPU.",
    "--image-min-tokens": "How many tokens an image takes at least.",
    "--image-max-tokens": "How many tokens an image takes at most.",
    "--reasoning-format": "Where an answer's thoughts go: apart, or left in the text.",
    "--reasoning-budget": "How many tokens the model may think for: -1 is no limit, 0 is none.",
    "--chat-template-kwargs":
      "Variables of the chat template for every request, such as 'enable_thinking: false'.",
    "--chat-template-file": "A file in the container with the chat template.",
    "--grammar-file": "A file in the container with the grammar that answers follow.",
    "--numa": "How threads are spread over several processors.",
    "--prio": "The priority of the threads.",
    "--fit-ctx": "The smallest context that fitting to memory may come down to.",
    "--fit-target": "How much memory fitting leaves free on each device.",
    "--sleep-idle-seconds":
      "After how many seconds without requests the model's memory is given back.",
    "--warmup": "Whether the server computes something before it says that it is ready.",
    "--models-preset": "A file with settings of several models; not beside one model.",
    "--keep": "How many tokens of the prompt stay when the context is full.",
  ]
}
