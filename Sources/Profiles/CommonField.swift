/// A setting that any runtime may have under its own name.
///
/// Each runtime maps each of these to an option. It uses a `switch`, so that the compiler reports a
/// missing one.
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
  case numShard = "num_shard"
  case trustRemoteCode = "trust_remote_code"
}
