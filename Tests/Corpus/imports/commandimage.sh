#!/bin/bash
IMAGE=$(docker images -q my-tgi | head -1)
docker run --gpus all --shm-size 1g -p 8080:80 -v "$PWD/data:/data" "$IMAGE" --model-id Qwen/Qwen3-8B --max-total-tokens 4096
