#!/bin/bash
export CUDA_VISIBLE_DEVICES=1
HF_TOKEN=$(cat ~/.token) docker run -d --gpus all --ipc host -p 8000:8000 \
  -v ~/.cache/huggingface:/root/.cache/huggingface \
  vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
HF_TOKEN=$(cat ~/.token) docker run -d --gpus device=0 -e HF_TOKEN --ipc host -p 8001:8000 \
  -v ~/.cache/huggingface:/root/.cache/huggingface \
  vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-4B
