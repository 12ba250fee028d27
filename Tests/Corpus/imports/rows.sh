#!/bin/bash
vllm serve Qwen/Qwen3-8B --max-model-len 4096 --enforce-eager --port 8000

docker run -d --name gpu --gpus device=1 -e NVIDIA_VISIBLE_DEVICES=1 -p 127.0.0.1:8001:8000 \
  -e OPENAI_API_KEY=hunter2hunter2 -e MODE=fast --env-file chat.env \
  -v models:/root/.cache/huggingface -v ~/data:/data:ro,Z --label io.containers.autoupdate=local \
  --security-opt label=disable vllm/vllm-openai:v0.31.0 Qwen/Qwen3-4B --dtype bfloat16 --made-up 3

docker run -d --name none --gpus device=1 -e CUDA_VISIBLE_DEVICES=1 -p 127.0.0.1:8002:8000 \
  vllm/vllm-openai:v0.31.0 Qwen/Qwen3-4B

docker run -d --name web -p 3000:8080 -e WEBUI_AUTH=false -v web:/data ghcr.io/open-webui/open-webui:main
