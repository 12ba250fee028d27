#!/bin/sh
# The cards and the port come from outside, so neither is judged.
docker run -d --name chat --gpus "device=$1" -p 8000:8000 \
  docker.io/vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B
podman run -d --name coder --device "nvidia.com/gpu=$2" -p 8001:8000 \
  docker.io/vllm/vllm-openai:v0.31.0 Qwen/Qwen3-4B
vllm serve Qwen/Qwen3-0.6B --port "$3" &
