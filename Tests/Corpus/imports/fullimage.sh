# The image's first argument selects one of its programs.
docker run --rm -v /srv/models:/models ghcr.io/ggml-org/llama.cpp:full-b11334 --run -m /models/small.gguf -p "Hello" -n 64
docker run --rm -v /srv/models:/models ghcr.io/ggml-org/llama.cpp:full-b11334 --quantize /models/big.gguf /models/small.gguf Q4_K_M
docker run -d --name chat -p 8080:8080 -v /srv/models:/models ghcr.io/ggml-org/llama.cpp:full-b11334 --server -m /models/small.gguf --host 0.0.0.0
docker run -d --name second -p 8081:8080 -v /srv/models:/models ghcr.io/ggml-org/llama.cpp:full-b11334 -m /models/small.gguf --host 0.0.0.0
