# The server ranks a text in one micro-batch, which has 512 tokens by default.
llama-server -m /srv/bge-reranker-v2-m3.gguf --rerank -c 8192 --port 8486 &
llama-server -m /srv/bge-reranker-v2-m3.gguf --rerank -c 8192 -b 8192 -ub 8192 --port 8487
