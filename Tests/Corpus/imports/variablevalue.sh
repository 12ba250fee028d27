#!/bin/bash
docker run -d --gpus all --ipc=host -p 127.0.0.1:8000:8000 \
  -e VLLM_LOGGING_LEVEL DEBUG \
  vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B
