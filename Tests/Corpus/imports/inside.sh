#!/bin/bash
docker exec -it llm bash -c "cd /opt/llama.cpp && HIP_VISIBLE_DEVICES=0 ./build/bin/llama-server -m /models/m.gguf --port 8000 --no-such-option"
docker exec -d lab vllm serve Qwen/Qwen3-8B --port 8001
docker exec web nginx -s reload
