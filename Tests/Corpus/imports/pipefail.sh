#!/usr/bin/env bash
set -euo pipefail
vllm serve "${1:-Qwen/Qwen3-8B}" --port "${2:-8100}" --max-model-len 8192
