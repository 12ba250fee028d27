#!/bin/sh
# The longest prompt under its old name, and a version with fixed defaults.
docker run -d --gpus all --shm-size 1g -p 8080:80 \
  ghcr.io/huggingface/text-generation-inference:2.0.4 --model-id Qwen/Qwen2-1.5B-Instruct \
  --max-input-length 1024 --max-total-tokens 1536
docker run -d --gpus all --shm-size 1g -p 8081:80 \
  ghcr.io/huggingface/text-generation-inference:1.4.3 --model-id Qwen/Qwen2-1.5B-Instruct \
  --max-total-tokens 1536
# Prompts of 4095 tokens leave nothing.
docker run -d --gpus all --shm-size 1g -p 8082:80 \
  ghcr.io/huggingface/text-generation-inference:2.0.4 --model-id Qwen/Qwen2-1.5B-Instruct \
  --max-total-tokens 1536
