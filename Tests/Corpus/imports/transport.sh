#!/bin/sh
podman run -d --name one --device nvidia.com/gpu=all -p 127.0.0.1:8000:8000 docker://docker.io/vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B
docker run -d --name two --gpus all -p 127.0.0.1:8001:8000 docker://vllm/vllm-openai:v0.31.0 Qwen/Qwen3-4B
