if true; then docker run --gpus all -p 127.0.0.1:8435:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B; fi
for i in 1; do vllm serve Qwen/Qwen3-0.6B --port 8436; done
{ vllm serve Qwen/Qwen3-1.7B --port 8437; }
! vllm serve Qwen/Qwen3-4B --port 8438
