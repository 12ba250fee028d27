#!/bin/bash
REPO=Qwen/Qwen3-8B
NAME=${REPO##*/}
OWNER=${REPO%%/*}
LOWER=${NAME,,}
FILE=/models/${OWNER}/${NAME//-/_}.gguf
docker run -d --name "vllm-$LOWER" --gpus all --ipc host -p "80${NAME:4:1}0:8000" \
  vllm/vllm-openai:v0.31.0 --model "$REPO" --served-model-name "${LOWER%-8b}"
docker run -d --name llama --gpus all -p 8081:8080 -v "$(dirname "$FILE"):/models" \
  ghcr.io/ggml-org/llama.cpp:server-cuda-b11347 -m "/models/$(basename "$FILE")" --host 0.0.0.0 \
  --alias "$(basename "$FILE" .gguf)"
