#!/bin/bash
# Only one of the branches runs, so the values of two are not mixed.
memory=$1
if [ "$memory" -ge 64 ]; then
  MODEL=unsloth/Qwen3-Coder-Next-GGUF:Q4_K_M
  CONTEXT="${CONTEXT:-65536}"
  MORE="--jinja"
elif [ "$memory" -ge 32 ]; then
  MODEL=unsloth/Qwen3.5-35B-A3B-GGUF:Q4_K_M
  CONTEXT="${CONTEXT:-32768}"
else
  MODEL=$(cat model.txt)
fi
if [ -n "$2" ]; then
  LAYERS=20
fi
exec llama-server -hf "$MODEL" --ctx-size "$CONTEXT" -ngl "${LAYERS:-99}" $MORE
