vllm serve 'Qwen/Qwen3-8B' --chat-template "two words.jinja" --served-model-name qwen\ 3 \
  --override-generation-config '{"a": "$b"}' # a comment
