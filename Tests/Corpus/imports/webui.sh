#!/bin/sh
# The machine runs a server itself, and the page reaches it through the machine.
vllm serve Qwen/Qwen3-8B --port 8831 &
docker run -d --gpus all -p 127.0.0.1:8832:8080 --name small ghcr.io/ggml-org/llama.cpp:server-cuda-b11347 -hf ggml-org/gemma-3-4b-it-GGUF:Q4_K_M --host 0.0.0.0
docker run -d -p 3000:8080 --add-host=host.docker.internal:host-gateway -e OPENAI_API_BASE_URL=http://host.docker.internal:8831/v1 -v open-webui:/app/backend/data --name page --restart always ghcr.io/open-webui/open-webui:v0.12.4
docker run -d --network host -e PORT=3001 -e OPENAI_API_BASE_URLS="http://localhost:8831/v1;http://127.0.0.1:8832/v1" --name page2 ghcr.io/open-webui/open-webui:v0.12.4
docker run -d -p 3002:8080 --link small -e WEBUI_SECRET_KEY="$KEY" --name page3 ghcr.io/open-webui/open-webui:v0.12.4
docker run -d -p 3003:8080 -e OPENAI_API_BASE_URL=http://localhost:8831/v1 --name page4 ghcr.io/open-webui/open-webui:v0.12.4
docker run -d -p 4000:4000 -e OPENAI_API_BASE=http://small:8080/v1 ghcr.io/berriai/litellm:v1.104.2 --model openai/gemma --host 0.0.0.0
docker run --rm -it ghcr.io/open-webui/open-webui:v0.12.4 bash
