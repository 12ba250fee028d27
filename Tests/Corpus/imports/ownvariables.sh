#!/bin/bash
# Variables of the script itself, and one of the server.
export VLLM_LOCAL_URL=http://localhost:8000
export VLLM_LOGGING_LEVEL=DEBUG
docker run -d --gpus all --ipc=host -p 127.0.0.1:8000:8000 vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B
