#!/bin/bash
# Several servers from one command.
for port in 8321 8322; do
  CUDA_VISIBLE_DEVICES=$((port - 8321)) vllm serve Qwen/Qwen3-8B --port $port &
done
MODELS=(Qwen/Qwen3-4B Qwen/Qwen3-1.7B)
for i in "${!MODELS[@]}"; do
  vllm serve "${MODELS[$i]}" --port $((8331 + i)) --gpu-memory-utilization 0.2 &
done
for ((n = 0; n < ${#MODELS[@]}; n++)); do
  llama-server -m weights/part-$n.gguf --port $((8341 + n * 2)) --host 0.0.0.0 &
done
for k in $(seq 2 3); do
  llama-server -m /srv/k$k.gguf --port "835$k" &
done
for file in /srv/*.gguf; do
  llama-server -m "$file" --port 8361
done
wait
