docker run --rm=true -d=true -i=false --tls-verify=false --gpus all -p 127.0.0.1:8742:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
