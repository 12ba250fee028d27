vllm serve Qwen/Qwen3-8B --port 8452 --speculative-config {"method":"ngram","num_speculative_tokens":5}
