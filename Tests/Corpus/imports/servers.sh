export HF_HOME=/data/hf
VLLM_USE_V1=1 python3 -m vllm.entrypoints.openai.api_server --model Qwen/Qwen3-0.6B --port 8001 &
CUDA_VISIBLE_DEVICES=1 python -m sglang.launch_server --model-path Qwen/Qwen3-8B --tp 1 --port 30000 \
    --mem-fraction-static 0.8 --log-level info &
/opt/llama.cpp/build/bin/llama-server -hf ggml-org/gemma-3-4b-it-GGUF:Q4_K_M -c 8192 --n-gpu-layers 99 --port 8081 &
text-embeddings-router --model-id BAAI/bge-m3 --port 8082
OLLAMA_HOST=0.0.0.0 ollama serve
