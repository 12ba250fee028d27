docker run --device /dev/dri -v ./models:/models -p 8080:8080 ghcr.io/ggml-org/llama.cpp:server-intel-b11347 -m /models/a.gguf -ngl 99 --host 0.0.0.0
