sudo podman run --replace --name=embed --device nvidia.com/gpu=all -p127.0.0.1:8082:80/tcp --security-opt=label=disable -v tei:/data:Z ghcr.io/huggingface/text-embeddings-inference:cuda-1.9 --model-id BAAI/bge-m3 --max-batch-tokens 16384; echo started
podman run -it --rm docker.io/library/alpine:3 sh
