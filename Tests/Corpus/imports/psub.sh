vllm serve Qwen/Qwen3-8B --port 8461 --api-key "$(cat key.txt)" --max-model-len ${LEN:-8192} --served-model-name ${NAME:=qwen}
