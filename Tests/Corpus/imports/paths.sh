ROOT=$(git rev-parse --show-toplevel)
"$ROOT/build/bin/llama-server" -m /srv/a.gguf --port 8411
apptainer exec --nv --bind /srv:/srv vllm.sif vllm serve Qwen/Qwen3-8B --port 8412
$PYTHON -m sglang.launch_server --model-path Qwen/Qwen3-4B --port 8413
MODEL=$1
docker run --gpus all -p 8414:8000 -v $MODEL:/m docker.io/vllm/vllm-openai:v0.31.0 --model /m
