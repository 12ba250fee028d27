#!/bin/bash
# Starts with a long context, and with a short one if the GPU has too little memory.
docker run --rm --gpus all --ipc host -p 8100:8000 \
  vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-14B --max-model-len 32768 || {
  echo "trying again with less"
  docker run --rm --gpus all --ipc host -p 8100:8000 \
    vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-14B --max-model-len 4096
}
