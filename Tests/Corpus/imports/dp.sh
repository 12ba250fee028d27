docker run -dp 127.0.0.1:8740:8000 --gpus all docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
