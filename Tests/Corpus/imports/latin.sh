# Grüße
vllm serve Qwen/Qwen3-8B --port 8328
