uvx vllm serve Qwen/Qwen3-8B --port 8753
uv run vllm serve Qwen/Qwen3-0.6B --port 8754
/opt/venv/bin/python -m vllm.entrypoints.openai.api_server --model Qwen/Qwen3-4B --port 8755
python3.11 -m vllm.entrypoints.openai.api_server --model Qwen/Qwen3-1.7B --port 8756
torchrun --nproc-per-node 1 x.py
