#!/usr/bin/env bash
MODEL=Qwen/Qwen3-8B
PORT="${PORT:-8300}"
LEN=$((8 * 1024))
vllm serve "$MODEL" --port "$PORT" --max-model-len "$LEN"
