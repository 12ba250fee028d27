#!/bin/bash
# An unknown option whose value is not known is judged like one with a value.
docker run -d --gpus all -p 8000:8000 vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B --max-model-lenght "$1" --port "$2"
docker run -d --gpus all -p 8001:8000 example.org/my/vllm-openai:1 --model Qwen/Qwen3-8B --of-my-own="$3" --max-model-len 8192
