##!/bin/bash
#SBATCH --gres=gpu:1
PYTHONHASHSEED=0
vllm serve Qwen/Qwen3-8B --port 8000
