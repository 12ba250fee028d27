/// Descriptions of the Ollama settings for which amm has no field, one sentence each.
extension Ollama {
  package static let sentences = [
    "--message": "Messages at the start of every conversation, each with its role.",
    "--renderer": "Ollama's built-in renderer that writes the prompt instead of a template.",
    "--parser": "Ollama's built-in parser for reasoning and tool calls in answers.",
    "--license": "The text of the model's licence.",
    "--requires": "The oldest version of Ollama that can run the model.",
    "--draft-num-predict": "How many tokens the draft model guesses at a time.",
    "--vulkan": "Whether GPUs are used through Vulkan.",
    "--igpu-enable": "Whether integrated GPUs are also used.",
    "--llm-library": "The library in the image to use instead of the one that Ollama detects.",
    "--debug-log-requests": "Whether requests are written to the log.",
    "--no-cloud": "Whether cloud models are disabled.",
    "--max-transfer-streams": "How many parts of a model are downloaded at a time.",
  ]
}
