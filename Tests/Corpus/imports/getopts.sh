#!/bin/bash
while getopts "m:p:" o; do case $o in m) MODEL=$OPTARG;; p) PORT=$OPTARG;; esac; done
vllm serve "${MODEL:-Qwen/Qwen3-8B}" --port "${PORT:-8726}"
