case "$1" in
  vllm) docker run --gpus all -p 127.0.0.1:8330:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B ;;
  stop) docker stop vllm && docker rm vllm || true ;;
esac
docker compose up -d; docker exec -it vllm vllm serve Qwen/Qwen3-0.6B --port 8331
echo vllm serve a/b; which vllm; pip install vllm
