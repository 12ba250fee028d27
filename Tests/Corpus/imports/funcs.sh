#!/bin/bash
start() {
  local model="$1"
  vllm serve "$model" --port 8309
}
if command -v nvidia-smi >/dev/null; then
  start Qwen/Qwen3-8B
else
  echo "no GPU" >&2; exit 1
fi
