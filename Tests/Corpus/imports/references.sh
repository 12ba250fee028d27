# References to secrets have no secret, and default values have one, also a short one.
HF_TOKEN=${HF_TOKEN} vllm serve Qwen/Qwen3-8B --port 8441 --tokenizr a &
HF_TOKEN=${HF_TOKEN:-abc} vllm serve Qwen/Qwen3-8B --port 8442 --tokenizr a &
HF_TOKEN="${HF_TOKEN:-${OTHER:-k3PqV8sXw2}}" vllm serve Qwen/Qwen3-8B --port 8443 --tokenizr a &
vllm serve Qwen/Qwen3-4B --api-key ${KEY:-Tz7QmK2wLp} --port 8444 --tokenizr a &
docker run --gpus all -e HF_TOKEN=${HF_TOKEN:-abc} -p 8445:8000 vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B --tokenizr a
