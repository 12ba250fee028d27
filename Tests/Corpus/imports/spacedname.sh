#!/bin/bash
MODEL = Qwen/Qwen3-8B
vllm serve Qwen/Qwen3-8B --port 8000
