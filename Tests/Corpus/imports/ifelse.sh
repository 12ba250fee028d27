if [ "$SMALL" = 1 ]; then
  vllm serve Qwen/Qwen3-0.6B --port 8312
else
  vllm serve Qwen/Qwen3-8B --port 8312
fi
