docker run -d --gpus all -p 8381:8000 docker.io/vllm/vllm-openai:v0.31.0 \
  --model Qwen/Qwen3-8B
  --max-model-len 16384

vllm serve Qwen/Qwen3-4B \
  --port 8382 \

  --dtype bfloat16

vllm serve Qwen/Qwen3-1.7B \
  --port 8383 \
  # --enforce-eager
