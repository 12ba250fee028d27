set -a
source .env
. ./more.env
set +a
docker run --rm --gpus all -p 127.0.0.1:8322:8000 -e HF_TOKEN -e VLLM_API_KEY="$KEY" -v hf:/root/.cache/huggingface docker.io/vllm/vllm-openai:v0.31.0 --model "$MODEL"
