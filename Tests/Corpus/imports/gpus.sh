docker run --gpus 2 -p 127.0.0.1:8000:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B -tp 4
docker run --gpus=device=1 --unknown-option x docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B --gpu-memory-utilization 1.5
