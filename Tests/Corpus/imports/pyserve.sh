source /opt/venv/bin/activate
conda activate vllm
python -u -m vllm.entrypoints.openai.api_server \
  --model Qwen/Qwen3-8B \
  # --quantization fp8 \
  --max-model-len 8192
