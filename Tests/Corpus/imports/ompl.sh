OLLAMA_HOST=0.0.0.0 OLLAMA_MODELS=/data/ollama nohup ollama serve >/dev/null 2>&1 &
ollama run llama3.2:3b
