#!/bin/sh
OMP_NUM_THREADS=8
VLLM_LOGGING_LEVEL=DEBUG
export SERVER_HOME = /opt
echo "$VLLM_LOGGING_LEVEL"
vllm serve Qwen/Qwen3-8B --port 8391
vllm serve Qwen/Qwen3-4B --port 8392
podman run --device nvidia.com/gpu=all -p 8393:8000 docker.io/vllm/vllm-openai:v0.31.0 Qwen/Qwen3-1.7B
docker run -itd --gpus all -p 8394:8000 docker.io/vllm/vllm-openai:v0.31.0 Qwen/Qwen3-0.6B
vllm serve Qwen/Qwen3-0.6B --port 8395 | tee server.log
