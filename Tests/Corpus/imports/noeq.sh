podman run -d --name=l -p 8314:8080 -v=/srv/m:/models:ro,z --device=nvidia.com/gpu=all --security-opt label=disable --pull=newer --userns=keep-id \
  ghcr.io/ggml-org/llama.cpp:server-cuda-b11347 -m /models/a.gguf -c 8192 -ngl 99
