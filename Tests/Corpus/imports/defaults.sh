#!/bin/bash
ARGS=(--max-model-len 4096)
[[ -n "${DEBUG:-}" ]] && ARGS+=(--enforce-eager)
if [ $# -gt 0 ]; then ARGS+=(--dtype half); fi
if [ "${FAST:-1}" = 1 ]; then ARGS+=(--async-scheduling); fi
if [ -n "$EAGER" ]; then ARGS+=(--disable-log-stats); fi
vllm serve Qwen/Qwen3-8B "${ARGS[@]}"
