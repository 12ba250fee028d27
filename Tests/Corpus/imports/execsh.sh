#!/bin/sh
set -eu
export HF_HUB_OFFLINE=1
export VLLM_LOGGING_LEVEL=INFO NCCL_DEBUG=WARN
exec vllm serve Qwen/Qwen3-8B --port 8301 --enable-prefix-caching "$@"
