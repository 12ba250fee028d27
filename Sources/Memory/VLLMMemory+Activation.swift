import Models

extension VLLMMemory {
  /// The temporary memory of the largest step: the larger of sampling and a pass through a layer,
  /// plus images and cuBLAS (vLLM 0.33.0, v1/worker/gpu_model_runner.py, profile_run; v1/sample).
  ///
  /// Each GPU holds all logits, because they are gathered.
  var activation: MemoryTerm {
    let size = settings.dataType == "float32" ? 4.0 : 2.0
    let tokens = batchedTokens
    let rows = min(sequences, tokens)
    let isNew = isAtLeast(17)
    let parts = Double(max(1, settings.tensorParts))
    let logits = rows * shape.vocabulary * 4
    var drawing =
      usesNewRunner
      ? logits * (1 + size / 4)
      : isNew
        ? logits * (3 + size / 4) + min(rows, gpu.multiprocessors) * shape.vocabulary * 4
        : logits * MeasuredConstants.sampling
    drawing += tokens * shape.hidden * size + 2 * rows * shape.hidden * size
    let stages = Double(max(1, settings.pipelineParts))
    // The last stage samples, and the first stage is the fullest. A pooler draws no tokens.
    let isPooled = shape.facts.task != .writes
    if stages > 1 || isPooled { drawing = 0 }
    let workspace = expertWorkspace(size, tokens, parts)
    let pass = tokens * size * (3 * shape.hidden + max(attention(parts), inner(parts))) + workspace
    var sum = max(drawing + (isNew ? workspace : 0), pass)
    sum += images(size, tokens)
    sum += gpu.isHopper ? 32 * Bytes.mebibyte : 8 * Bytes.mebibyte + 128 * 1024
    if stages > 1 { sum += 2 * tokens * shape.hidden * size }
    let isPlain = shape.facts.experts == nil && shape.facts.vision == nil
    // Most of the memory depends on the vocabulary size, which ranges from 32,000 to 262,000.
    let spread =
      shape.facts.isEstimated || isOlder || isPooled
      ? (0.75, 1)
      : isPlain && parts > 1 && !isAtLeast(8)
        ? (0.2, 0.3)
        : isPlain && usesNewRunner
          ? (0.1, 0.6)
          : isPlain
            ? (!isAtLeast(8) && splitsPrompts ? (0.5, 0.3) : (0.05, 0.1))
            : hasLargeImages ? (0.25, 2.6) : usesNewRunner ? (0.2, 0.6) : (0.2, 0.3)
    return MemoryTerm(
      .activation, sum, .derived, spread: spread,
      "max(logits and copies of logits, a pass through a layer) + images + cuBLAS",
      [
        .init("max_num_seqs", sequences, settings.sequences == nil ? .launcher : .profile),
        .init(
          "max_num_batched_tokens", tokens, settings.batchedTokens == nil ? .launcher : .profile),
        .init("vocabulary", shape.vocabulary, .model), .init("hidden", shape.hidden, .model),
        .init("multiprocessors", gpu.multiprocessors, .card),
      ], source: "vLLM 0.33.0, v1/worker/gpu_model_runner.py and v1/sample")
  }

  /// Whether the number of tokens per image varies; the largest image of a step determines the
  /// memory.
  private var hasLargeImages: Bool {
    shape.facts.vision.map { $0.tokensOfImage == nil } ?? false
  }

  /// Returns the elements per token that a layer's attention holds at the same time.
  private func attention(_ parts: Double) -> Double {
    let heads = Bytes.quotient(shape.heads, parts)
    if let latent = shape.latent {
      return heads
        * (2 * Double(latent.contentSize) + Double(latent.positionSize) + Double(latent.valueSize))
    }
    guard let attention = shape.attention else { return 0 }
    let own = headsOfPart(attention.keyValueHeads, parts)
    let size = Double(attention.keySize)
    return (heads + 2 * own) * size + heads * size
  }

  /// Returns the elements per token that a dense feed-forward block holds at the same time.
  private func inner(_ parts: Double) -> Double {
    let dense = Bytes.quotient(shape.matrices * shape.inner, parts)
    guard let experts = shape.facts.experts else { return dense }
    let shared = Bytes.quotient(3 * Double(experts.sharedSize), parts)
    return max(experts.leadingDenseLayers > 0 || experts.interval > 1 ? dense : 0, shared)
  }

  /// Returns the bytes of the experts' workspace for all tokens of a step.
  private func expertWorkspace(_ size: Double, _ tokens: Double, _ parts: Double) -> Double {
    guard let experts = shape.facts.experts, shape.facts.quantization?.method != "mxfp4" else {
      return 0
    }
    let inner = Bytes.quotient(Double(experts.size ?? 0), parts)
    return tokens * Double(experts.active ?? 1) * size
      * (max(2 * inner, shape.hidden) + max(inner, shape.hidden))
  }

  private func images(_ size: Double, _ tokens: Double) -> Double {
    guard let vision = shape.facts.vision else { return 0 }
    let count = vision.tokensOfImage.map { Bytes.quotient(tokens, Double($0)) } ?? 0
    let side = Double(vision.imageSize ?? 0)
    return tokens * shape.hidden * size + 3 * count * side * side * 2
  }
}
