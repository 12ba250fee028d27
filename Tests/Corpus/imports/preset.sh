#!/bin/sh
docker run --gpus all -p 127.0.0.1:8080:8080 -v /srv/models.ini:/models.ini:ro \
  ghcr.io/ggml-org/llama.cpp:server-cuda-b11334 --models-preset /models.ini
llama-server --port 8081 --models-dir /srv/models
