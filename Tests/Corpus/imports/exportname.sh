#!/bin/bash
export OLLAMA_KEEP_ALIVE:60m
export OLLAMA_NUM_PARALLEL =4
export OLLAMA_HOST=0.0.0.0 OLLAMA_MAX_QUEUE
export -n OLLAMA_DEBUG
export "$@"
ollama serve
