#!/bin/bash
# Copied from a text program.
vllm serve Qwen/Qwen3-8B ––port 8000 —max-model-len 8192 --served-model-name “qwen”
