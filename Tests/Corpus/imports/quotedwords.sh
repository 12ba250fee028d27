#!/bin/bash
docker run -d --gpus "device=0,1" --ipc host -p 8000:8000 \
  -e HF_TOKEN='$HF_TOKEN' \
  -v "~/.cache/huggingface:/root/.cache/huggingface" \
  vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-32B --tensor-parallel-size 2
docker run -d --gpus '"device=2,3"' --ipc host -p 8001:8000 \
  -e "HF_TOKEN=$HF_TOKEN" -e GREETING='costs $5' \
  -v ~/.cache/huggingface:/root/.cache/huggingface \
  vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-14B --tensor-parallel-size 2
