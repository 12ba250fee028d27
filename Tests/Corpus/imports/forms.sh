docker build -t vllm-own:latest .
docker run --gpus all -p 8441:8000 vllm-own:latest vllm serve Qwen/Qwen3-8B
docker run --gpus all -p 8442:80 ghcr.io/huggingface/text-generation-inference:3.3.2 --model-id org/one --cuda-graphs 1,2,4
docker run --gpus all -p 8443:80 -e CUDA_GRAPHS=0 ghcr.io/huggingface/text-generation-inference:3.3.2 --model-id org/two
docker run --gpus all -p 8444:8080 -e LLAMA_ARG_FLASH_ATTN=1 -e LLAMA_ARG_TENSOR_SPLIT=1,1 ghcr.io/ggml-org/llama.cpp:server-cuda-b11349 -hf org/a-GGUF:Q4_K_M --fit 0
docker run --gpus all -p 8445:8080 -v /srv:/models ghcr.io/ggml-org/llama.cpp:server-cuda-b11349 -m /models/a.gguf -ts 3,1
docker run -p 8446:8080 -v /srv:/models example.org/me/llama-cpp:1 -m /models/b.gguf -ngl 99 --ctx-size 4096 -fa on
docker run -p 8447:8080 -v /srv:/models -e LLAMA_ARG_MODEL=/models/c.gguf -e LLAMA_ARG_CTX_SIZE=8192 example.org/me/llamacpp:1
docker run --device /dev/kfd --device /dev/dri -p 8448:8000 docker.io/vllm/vllm-openai:v0.31.0 Qwen/Qwen3-4B
