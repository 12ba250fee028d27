cat > start <<EOF
vllm serve Qwen/Qwen3-0.6B --port 8001
EOF
echo "vllm serve is not started here"
vllm serve Qwen/Qwen3-1.7B --port 8002
