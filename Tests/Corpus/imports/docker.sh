#!/bin/bash
set -e
MODEL=Qwen/Qwen3-8B
# The server
docker run -d --rm --gpus '"device=0,1"' --name chat -p 8000:8000 \
  -v "$HOME/.cache/huggingface:/root/.cache/huggingface" \
  --env HF_TOKEN="$HF_TOKEN" --ipc=host --ulimit memlock=-1 \
  docker.io/vllm/vllm-openai:v0.31.0 \
  --model Qwen/Qwen3-8B --tensor-parallel-size 2 --max-model-len 32k > log.txt 2>&1
