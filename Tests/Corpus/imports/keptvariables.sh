#!/bin/sh
# The container gets only what its command names.
export VLLM_LOGGING_LEVEL=DEBUG
export VLLM_USE_DEEP_GEMM=0
docker run -d --gpus all --shm-size 8g -e VLLM_USE_DEEP_GEMM -p 8000:8000 \
  docker.io/vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B
