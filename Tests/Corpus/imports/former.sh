#!/bin/bash
# A removed option that is the beginning of another one, and one that is only short.
python3 -m sglang.launch_server --model-path Qwen/Qwen3-8B --enable-flashinfer --context-len 8192
