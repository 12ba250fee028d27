#!/bin/bash
apptainer run --nv --bind /scratch:/scratch vllm-0.8.5.sif --host=0.0.0.0 --port=8000 --model=Qwen/Qwen3-8B --max-model-len=4096 &
singularity run --nv docker://lmsysorg/sglang:v0.5.21 --version
apptainer run --nv llm.sif vllm serve Qwen/Qwen3-4B --port 8001 &
apptainer run --nv other.sif --model x &
