package import Memory
import Schema

extension TextEmbeddingsInference {
  package static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate? {
    try TEIMemory(
      model.facts, batchedTokens: profile.count("--max-batch-tokens"),
      dataType: profile.word("--dtype")?.value, memory: model.gpus.first?.memory
    ).estimate
  }
}
