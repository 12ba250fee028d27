docker run --gpus all \
  -p 127.0.0.1:8460:8000 \
  # -v hf:/root/.cache/huggingface \
  docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
