sudo -E docker run -d --gpus all -p 127.0.0.1:8305:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
timeout 3600 numactl --cpunodebind=0 nice -n 5 llama-server -m a.gguf --port 8306
uv run --with vllm vllm serve Qwen/Qwen3-0.6B --port 8307
tmux new -d -s llm "vllm serve Qwen/Qwen3-1.7B --port 8308"
