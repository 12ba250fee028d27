#!/bin/bash
docker rm -f one two 2>/dev/null
docker run -d --name one --gpus all --ipc host -p 8300:8000 vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B &&
  docker run -d --name two --gpus all --ipc host -p 8300:8000 vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-4B
docker rm -f three
