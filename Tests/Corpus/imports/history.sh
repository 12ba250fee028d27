 1021  docker run -d --gpus all -p 8401:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
 1022  docker ps
 1023  vllm serve Qwen/Qwen3-4B --port 8402
