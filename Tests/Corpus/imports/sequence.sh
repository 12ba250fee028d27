#!/usr/bin/env bash
set -e
measure() {
  docker run -d --name "$1" --gpus all --ipc host -p 8200:8000 vllm/vllm-openai:v0.31.0 --model "$2"
  ./measure.py --name "$1"
  docker stop "$1" && docker rm "$1"
}
measure first Qwen/Qwen3-8B
measure second Qwen/Qwen3-4B
