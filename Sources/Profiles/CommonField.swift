/// A setting that every runtime may have under a name of its own.
///
/// Each runtime says of each of these where it goes; the compiler insists, because they do it with
/// a `switch`.
package enum CommonField: String, Sendable, CaseIterable {
  case maxInputLength = "max_input_length"
  case maxTotalTokens = "max_total_tokens"
  case contextLength = "context_length"
  case quantization
  case dtype
  case temperature
  case topP = "top_p"
  case topK = "top_k"
  case repeatPenalty = "repeat_penalty"
  case maxBatchSize = "max_batch_size"
  case maxConcurrentRequests = "max_concurrent_requests"
  case waitingServedRatio = "waiting_served_ratio"
}

/// Where a runtime takes a setting.
package enum LaunchOption: Sendable, Equatable {
  /// A variable of the server's environment.
  case variable(String)
  /// A `PARAMETER` of an Ollama model.
  case modelParameter(String)
  /// Another instruction of an Ollama model, such as `SYSTEM`.
  case modelInstruction(String)
}

/// What a runtime does with a common setting.
package enum FieldUse: Sendable, Equatable {
  /// It goes there unchanged.
  case sets(LaunchOption)
  /// The server would run as if it were not written, which does no harm: a warning.
  case ignored(because: String, instead: String)
  /// The model would run otherwise than written: an error.
  case refused(because: String, instead: String)
}
