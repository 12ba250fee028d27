ssh gpu1 'vllm serve Qwen/Qwen3-8B --port 8454'
screen -dmS llm bash -c "vllm serve Qwen/Qwen3-0.6B --port 8455"
srun --gres=gpu:1 vllm serve Qwen/Qwen3-1.7B --port 8456
systemd-run --user vllm serve Qwen/Qwen3-4B --port 8457
