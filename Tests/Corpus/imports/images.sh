#!/bin/sh
# A server of images beside one of text.
sglang serve --model-path Wan-AI/Wan2.2-TI2V-5B-Diffusers --num-gpus 1 --vae-cpu-offload --port 30010 &
sglang serve --model-path Qwen/Qwen3-8B --host 0.0.0.0 --port 30000
