token=<hub_token> # from the hub's settings
docker run -d --gpus all -p 8421:8000 -e HF_TOKEN=<your token> docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
vllm serve <model-id> --port 8422
vllm serve Qwen/Qwen3-4B --port 8423 <input.txt >server.log
