#!/bin/bash
PORT=9000
if ! podman run -d --name big --device nvidia.com/gpu=all --ipc host -p $PORT:8000 \
  docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B; then
  podman run -d --name small --device nvidia.com/gpu=all --ipc host -p $PORT:8000 \
    docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-4B
fi
