distrobox-enter ubuntu -- ollama serve &
distrobox enter --name tools -- vllm serve Qwen/Qwen3-8B --port 8000 &
toolbox run -c tools vllm serve Qwen/Qwen3-4B --port 8001 &
