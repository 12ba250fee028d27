import Profiles
import Testing

/// What models are for, by their names.
struct ModelNameTests {
  @Test(arguments: [
    "BAAI/bge-m3", "/srv/bge_large-en-v1.5.Q8_0.gguf", "intfloat/multilingual-e5-large-instruct",
    "Alibaba-NLP/gte-Qwen2-7B-instruct", "sentence-transformers/all-MiniLM-L6-v2",
    "google/embeddinggemma-300m", "nvidia/NV-Embed-v2", "nomic-ai/nomic-embed-text-v1.5",
    "Qwen/Qwen3-Embedding-0.6B", "jinaai/jina-embeddings-v3",
  ])
  func `a model computes embeddings`(name: String) {
    #expect(ModelNames.embeds(name) && !ModelNames.ranks(name))
  }

  @Test(arguments: [
    "BAAI/bge-reranker-v2-m3", "Qwen/Qwen3-Reranker-4B", "cross-encoder/ms-marco-MiniLM-L6-v2",
  ])
  func `a model rates documents`(name: String) {
    #expect(ModelNames.ranks(name) && !ModelNames.embeds(name))
  }

  @Test(arguments: [
    "Qwen/Qwen3-8B", "embed/Llama-3.1-8B", "org/embedded-systems-7b", "google/gemma-3-4b-it", "",
  ])
  func `a model writes`(name: String) {
    #expect(!ModelNames.ranks(name) && !ModelNames.embeds(name))
  }
}
