#!/bin/bash
# What the engine refuses, or reads differently from how it looks.
docker run -d --rm --restart=unless-stopped --gpus all --shm-size 16 \
  -p 127.0.0.1:8000:8000 -v models/hub:/root/.cache/huggingface \
  vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B
docker run -d --gpus all --restart no --rm -p 127.0.0.1:8001:8000 -m 16g \
  vllm/vllm-openai:v0.31.0 Qwen/Qwen3-0.6B --gpus all
