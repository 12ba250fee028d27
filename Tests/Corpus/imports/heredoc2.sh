cat <<'EOT' | docker run -i --gpus all -p 127.0.0.1:8320:8000 docker.io/vllm/vllm-openai:v0.31.0 --model Qwen/Qwen3-8B
some text with 'a quote
EOT
bash -c 'vllm serve Qwen/Qwen3-0.6B --port 8321'
