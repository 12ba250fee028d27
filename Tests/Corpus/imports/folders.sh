#!/usr/bin/env bash
vllm serve ./one --port 8371 &
cd /opt/llm
llama-server -m models/chat.gguf --port 8372 &
cd models && llama-server -m ../more/code.gguf --port 8373 &
vllm serve runs/sft/checkpoint-47 --port 8374 &
cd "$(git rev-parse --show-toplevel)"
llama-server -m weights/mini.gguf --port 8375 &
vllm serve Qwen/Qwen3-8B --port 8376
