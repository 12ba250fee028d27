docker run --gpus all -v `pwd`/m:/m -p 127.0.0.1:8727:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
