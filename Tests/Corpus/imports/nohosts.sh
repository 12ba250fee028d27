podman run --device nvidia.com/gpu=all -p 127.0.0.1:8741:8000 --no-hosts docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
