docker run -d --name embed -p 127.0.0.1:8090:80 --env-file embed.env --env-file ../none.env \
  ghcr.io/huggingface/text-embeddings-inference:cpu-1.9
