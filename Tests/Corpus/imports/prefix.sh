DOCKER_HOST=unix:///run/user/1000/docker.sock docker run --gpus all -p 127.0.0.1:8439:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
podman --log-level debug run --device nvidia.com/gpu=all -p 127.0.0.1:8440:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
/usr/bin/env docker run --gpus all -p 127.0.0.1:8441:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
