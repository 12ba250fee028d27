#!/bin/bash
ARGS=(
  --model-path Qwen/Qwen3-8B
  --tp 2            # two cards
  --mem-fraction-static 0.8
)
ARGS+=(--context-length 16384)
python3 -m sglang.launch_server "${ARGS[@]}" --port 30010
