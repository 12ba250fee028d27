/// What settings of Ollama mean that amm has no field for, in one sentence each.
extension Ollama {
  package static let sentences = [
    "--message": "Messages that every conversation begins with, each with its role.",
    "--renderer": "Which of Ollama's own programs writes the prompt, in place of a template.",
    "--parser": "Which of Ollama's own programs reads thoughts and tool calls out of answers.",
    "--license": "The text of the model's licence.",
    "--requires": "The oldest release of Ollama that can run the model.",
    "--draft-num-predict": "How many tokens the smaller model guesses at a time.",
    "--vulkan": "Whether GPUs are used by Vulkan.",
    "--igpu-enable": "Whether graphics inside the processor are used, too.",
    "--llm-library": "Which of the image's libraries computes, in place of the one it would pick.",
    "--debug-log-requests": "Whether requests are written to the log.",
    "--no-cloud": "Whether models that run elsewhere are switched off.",
    "--max-transfer-streams": "How many parts of a model are downloaded at a time.",
  ]
}
