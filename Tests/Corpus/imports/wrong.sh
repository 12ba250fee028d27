vllm serve Qwen/Qwen3-8B --tensor-parallel 2 --gpu-memory-utilisation 0.9 --max-num-seqs many --quantization gguf
llama-server -m ./models/a.gguf --ctx-size 8192 --flash-attn maybe --n-gpu-layer 99
